import { asNormalizedImages } from "@apr-kit/contracts";
import { availableEngines, type Precision, preferredPrecision, startEngine } from "@apr-kit/engine";
import { createModel, initialParameters } from "@apr-kit/models";
import { describe, expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import { createVelocities } from "./sgd.ts";
import { trainStep } from "./trainStep.ts";

const engines = await availableEngines();
const onTensorFlow = engines.includes("tensorflow") ? describe : describe.skip;

/** Large enough for several threads to share every operation. */
const BATCH = 48;
const STEPS = 3;

/** Losses of a few steps and all parameters after them. */
function run(name: string, precision: Precision): Float32Array[] {
  const model = createModel(name, { width: 0.5 });
  const parameters = initialParameters(model, { seed: 1 });
  const state = { parameters, velocities: createVelocities(parameters) };
  const images = asNormalizedImages(tf.randomNormal([BATCH, 32, 32, 3], 0, 1, "float32", 1));
  const labels = tf.tensor1d(
    Array.from({ length: BATCH }, (_, index) => index % 10),
    "int32",
  );
  const options = { learningRate: 0.05, momentum: 0.9, weightDecay: 5e-4, labelSmoothing: 0.1 };
  const losses = Array.from({ length: STEPS }, (_, step) => {
    const batch = { images, labels, lossWeight: 1 };
    return trainStep(model, state, batch, { ...options, precision, dropout: { seed: 1, step } })
      .loss;
  });
  const values = [...parameters.values()].map((parameter) => parameter.dataSync() as Float32Array);
  tf.dispose([images, labels, ...parameters.values(), ...state.velocities.values()]);
  return [Float32Array.from(losses), ...values];
}

onTensorFlow("training steps on two threads", () => {
  test.each<[string, Precision]>([
    ["resnet18", "bfloat16"],
    ["wrn-40-2", "bfloat16"],
    ["fastnet", "float32"],
  ])("of %s in %s give equal bits when repeated", async (name, precision) => {
    await startEngine({ engine: "tensorflow", threads: 2 });
    if (precision === "bfloat16" && preferredPrecision().precision !== precision) return;
    const first = run(name, precision);
    const second = run(name, precision);
    first.forEach((values, index) => {
      expect(Buffer.from(values.buffer).equals(Buffer.from(second[index]!.buffer))).toBe(true);
    });
  });
});
