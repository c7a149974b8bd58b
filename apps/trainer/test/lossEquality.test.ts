import { readFileSync } from "node:fs";
import { asNormalizedImages, type NormalizedImages } from "@apr-kit/contracts";
import { availableEngines, type Precision, startEngine } from "@apr-kit/engine";
import { createModel, fromStateDict, readSafetensors } from "@apr-kit/models";
import { beforeAll, describe, expect, jest, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import { createVelocities } from "../src/training/sgd.ts";
import { trainStep } from "../src/training/trainStep.ts";

jest.setTimeout(60_000); // a busy machine

/** What golden/makeLosses.py states, stated again. */
const STEPS = 20;
const BATCH = 8;
const CLASSES = 10;
const OPTIONS = {
  learningRate: 0.01,
  momentum: 0.9,
  weightDecay: 5e-4,
  labelSmoothing: 0,
  dropout: { seed: 1, step: 0 },
};

type Losses = readonly number[];

interface Golden {
  readonly expected: Readonly<Record<"float64" | Precision, Losses>>;
  /** Our losses from the same weights and batches. */
  readonly train: (precision: Precision) => Losses;
}

function readGolden(name: string): Golden {
  const url = new URL(`./golden/losses-${name}.safetensors`, import.meta.url);
  const { tensors, metadata } = readSafetensors(readFileSync(url));
  const model = createModel(name, { width: Number(metadata.width), numClasses: CLASSES });
  const weights = new Map([...tensors].filter(([key]) => !key.startsWith("losses.")));
  const stored = (precision: string) =>
    Array.from(tensors.get(`losses.${precision}`)!.values as Float32Array);
  return {
    expected: {
      float64: stored("float64"),
      float32: stored("float32"),
      bfloat16: stored("bfloat16"),
    },
    train(precision) {
      const parameters = fromStateDict(model, weights);
      const state = { parameters, velocities: createVelocities(parameters) };
      const losses = Array.from({ length: STEPS }, (_, step) => {
        const batch = drawBatch(step, Number(metadata.side));
        const { loss } = trainStep(model, state, batch, { ...OPTIONS, precision });
        tf.dispose([batch.images, batch.labels]);
        return loss;
      });
      tf.dispose([...parameters.values(), ...state.velocities.values()]);
      return losses;
    },
  };
}

/** Images from a linear congruential generator started by the FNV-1a hash of "g.<step>"; labels count up. */
function drawBatch(step: number, side: number) {
  let state = 0x811c9dc5;
  for (const char of `g.${step}`) state = Math.imul(state ^ char.charCodeAt(0), 0x01000193);
  const values = Float32Array.from({ length: BATCH * 3 * side * side }, () => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    return 4 * Math.fround(state / 2 ** 32) - 2;
  });
  const labels = Int32Array.from({ length: BATCH }, (_, i) => (step * BATCH + i) % CLASSES);
  const images: NormalizedImages = tf.tidy(() =>
    asNormalizedImages(tf.transpose(tf.tensor4d(values, [BATCH, 3, side, side]), [0, 2, 3, 1])),
  );
  return { images, labels: tf.tensor1d(labels, "int32"), lossWeight: 1 };
}

/** Relative distances, step by step. */
function distances(losses: Losses, from: Losses): number[] {
  return losses.map((loss, step) => Math.abs(loss / from[step]! - 1));
}

function rootMeanSquare(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);
}

const engines = await availableEngines();

// The cpu engine's plain loops take 20 s a network.
describe.each(engines.filter((engine) => engine !== "cpu"))("on %s", (engine) => {
  beforeAll(() => startEngine({ engine, threads: 2 }));

  test.each(["resnet18", "wrn-40-2"])("%s has PyTorch's losses over 20 steps of SGD", (name) => {
    const { expected, train } = readGolden(name);
    const losses = train("float32");
    expect(Math.max(...distances(losses, expected.float32))).toBeLessThan(1e-4);
    expect(Math.max(...distances(losses, expected.float64))).toBeLessThan(1e-4);
  });
});

const onTensorFlow = engines.includes("tensorflow") ? describe : describe.skip;

onTensorFlow("in bfloat16", () => {
  beforeAll(() => startEngine({ engine: "tensorflow", threads: 2 }));

  // Half of PyTorch's spread again is left for chance: these are two samples of one kind of rounding.
  test.each(["resnet18", "wrn-40-2"])(
    "%s stays as near to exact losses as PyTorch does",
    (name) => {
      const { expected, train } = readGolden(name);
      const spread = rootMeanSquare(distances(expected.bfloat16, expected.float64));
      const ours = rootMeanSquare(distances(train("bfloat16"), expected.float64));
      expect(ours).toBeGreaterThan(0); // it is not float32
      expect(ours).toBeLessThan(1.5 * spread);
    },
  );
});
