import { asNormalizedImages } from "@apr-kit/contracts";
import {
  availableEngines,
  type Precision,
  preferredPrecision,
  startEngine,
  tensorFlowMemory,
} from "@apr-kit/engine";
import { createModel, initialParameters } from "@apr-kit/models";
import { describe, expect, jest, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import { createVelocities } from "./sgd.ts";
import type { LabelledBatch } from "./takeStep.ts";
import { type StepKey, tracedTrainStep } from "./tracedTrainStep.ts";
import { trainStep } from "./trainStep.ts";

jest.setTimeout(60_000); // a busy machine

const engines = await availableEngines();
const onTensorFlow = engines.includes("tensorflow") ? describe : describe.skip;

const SETTINGS = { momentum: 0.9, weightDecay: 5e-4, labelSmoothing: 0.1 };

interface Work {
  readonly name: string;
  readonly precision: Precision;
  /** Of each step; an epoch ends with a smaller one. */
  readonly batches: readonly number[];
  readonly consistency?: number;
}

/** Figures of steps that differ in batch size, images, learning rate and masks, and all state after them. */
function run({ name, precision, batches, consistency = 0 }: Work, isTraced: boolean): number[][] {
  const model = createModel(name, { width: 0.1 });
  const parameters = initialParameters(model, { seed: 1 });
  const state = { parameters, velocities: createVelocities(parameters) };
  const settings = { ...SETTINGS, precision };
  const recorded = tracedTrainStep(model, state, settings);
  const step = isTraced
    ? recorded
    : (batch: LabelledBatch, key: StepKey) =>
        trainStep(model, state, batch, { ...settings, ...key });
  const figures = batches.map((size, i) => {
    const images = asNormalizedImages(tf.randomNormal([size, 32, 32, 3], 0, 1, "float32", i + 1));
    const classes = Array.from({ length: size }, (_, index) => (index + i) % 10);
    const labels = tf.tensor1d(classes, "int32");
    const views = consistency > 0 ? { views: 2, consistency } : {};
    const key = { learningRate: 0.1 / (i + 1), dropout: { seed: 1, step: i } };
    const { loss, errorRate } = step({ images, labels, lossWeight: 2, ...views }, key);
    tf.dispose([images, labels]);
    return [loss, errorRate];
  });
  recorded.dispose();
  const variables = [...parameters.values(), ...state.velocities.values()];
  const values = variables.map((variable) => Array.from(variable.dataSync()));
  tf.dispose(variables);
  return [...figures, ...values];
}

onTensorFlow("a traced training step", () => {
  test.each<[string, Work]>([
    [
      "resnet18 in float32",
      { name: "resnet18", precision: "float32", batches: [8, 8, 8, 4, 8, 4] },
    ],
    ["resnet18 in bfloat16", { name: "resnet18", precision: "bfloat16", batches: [8, 8, 8, 4, 8] }],
    ["a network with dropout", { name: "allconv", precision: "float32", batches: [4, 4, 4] }],
    [
      "several views",
      { name: "wrn-40-2", precision: "float32", batches: [4, 4, 4], consistency: 12 },
    ],
  ])("of %s has the bits of a plain one", async (_, work) => {
    await startEngine({ engine: "tensorflow", threads: 2 });
    if (work.precision === "bfloat16" && preferredPrecision().precision !== work.precision) return;
    expect(run(work, true)).toEqual(run(work, false));
  });

  test("leaves no tensors behind", async () => {
    await startEngine({ engine: "tensorflow", threads: 2 });
    const work: Work = { name: "fastnet", precision: "float32", batches: [4, 4, 2] };
    run(work, true);
    const before = { ...tf.memory(), ...tensorFlowMemory() };
    run(work, true);
    expect({ ...tf.memory(), ...tensorFlowMemory() }).toEqual(before);
  });
});
