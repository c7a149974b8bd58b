import { normalize, STATISTICS, toUnit } from "@apr-kit/apr-augment";
import type { ByteImages, NormalizedImages } from "@apr-kit/contracts";
import type { Precision } from "@apr-kit/engine";
import { createModel, initialParameters } from "@apr-kit/models";
import { createVelocities, trainStep } from "@apr-kit/trainer/training";
import * as tf from "@tensorflow/tfjs-core";
import { syntheticImages } from "./images.ts";

export const TRAIN_BATCH = 128;
export const INFERENCE_BATCH = 500;
const OPTIONS = { learningRate: 0.01, momentum: 0.9, weightDecay: 5e-4, labelSmoothing: 0 };

/** A function that takes one SGD step on a fixed batch of 128, loss read back. */
export function trainingStep(name: string, precision: Precision): () => { readonly loss: number } {
  const { images, parameters, model } = prepare(name, TRAIN_BATCH);
  const labels = tf.tensor1d(
    Array.from({ length: TRAIN_BATCH }, (_, index) => index % 10),
    "int32",
  );
  const state = { parameters, velocities: createVelocities(parameters) };
  const options = { ...OPTIONS, dropout: { seed: 1, step: 0 }, precision };
  return () => trainStep(model, state, { images, labels, lossWeight: 1 }, options);
}

/** A function that classifies a fixed batch of 500, logits read back. */
export function inference(name: string, precision: Precision): () => unknown {
  const { images, parameters, model } = prepare(name, INFERENCE_BATCH);
  return () =>
    tf.tidy(() =>
      model.apply(parameters, images, { mode: "inference", precision }).logits.dataSync(),
    );
}

/** The precisions that the running engine has. */
export function availablePrecisions(): readonly Precision[] {
  return tf.getBackend() === "tensorflow" ? ["float32", "bfloat16"] : ["float32"];
}

function prepare(name: string, batch: number) {
  const { data, shape } = syntheticImages(batch, 32);
  const images = tf.tidy(() => {
    const bytes = tf.tensor4d(Float32Array.from(data), [...shape]) as ByteImages;
    return normalize(toUnit(bytes), STATISTICS.cifar10) as NormalizedImages;
  });
  const model = createModel(name);
  return { images, model, parameters: initialParameters(model, { seed: 1 }) };
}
