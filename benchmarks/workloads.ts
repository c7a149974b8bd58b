import { normalize, STATISTICS, toUnit } from "@apr-kit/apr-augment";
import type { ByteImages, NormalizedImages } from "@apr-kit/contracts";
import { type Precision, traced } from "@apr-kit/engine";
import { createModel, initialParameters } from "@apr-kit/models";
import { createVelocities, tracedTrainStep, trainStep } from "@apr-kit/trainer/training";
import * as tf from "@tensorflow/tfjs-core";
import { syntheticImages } from "./images.ts";

export const TRAIN_BATCH = 128;
export const INFERENCE_BATCH = 500;
const KEY = { learningRate: 0.01, dropout: { seed: 1, step: 0 } };
const SETTINGS = { momentum: 0.9, weightDecay: 5e-4, labelSmoothing: 0 };

/** A function that takes one SGD step on a fixed batch of 128, loss read back; traced as in the trainer. */
export function trainingStep(name: string, precision: Precision): () => { readonly loss: number } {
  const { model, state, batch } = prepareTraining(name);
  const step = tracedTrainStep(model, state, { ...SETTINGS, precision });
  return () => step(batch, KEY);
}

/** The same operation by operation. */
export function untracedStep(name: string, precision: Precision): () => { readonly loss: number } {
  const { model, state, batch } = prepareTraining(name);
  return () => trainStep(model, state, batch, { ...SETTINGS, ...KEY, precision });
}

/** A function that classifies a fixed batch of 500, logits read back; traced as in the trainer. */
export function inference(name: string, precision: Precision): () => unknown {
  const { images, parameters, model } = prepare(name, INFERENCE_BATCH);
  const predict = traced(
    (batch: NormalizedImages) =>
      model.apply(parameters, batch, { mode: "inference", precision }).logits,
  );
  return () => tf.tidy(() => predict(images).dataSync());
}

/** The precisions that the running engine has. */
export function availablePrecisions(): readonly Precision[] {
  return tf.getBackend() === "tensorflow" ? ["float32", "bfloat16"] : ["float32"];
}

function prepareTraining(name: string) {
  const { images, parameters, model } = prepare(name, TRAIN_BATCH);
  const classes = Array.from({ length: TRAIN_BATCH }, (_, index) => index % 10);
  const batch = { images, labels: tf.tensor1d(classes, "int32"), lossWeight: 1 };
  return { model, batch, state: { parameters, velocities: createVelocities(parameters) } };
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
