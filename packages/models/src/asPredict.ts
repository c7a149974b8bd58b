import {
  asNormalizedImages,
  assertImages,
  type NormalizedImages,
  type Predict,
  show,
  type UnitImages,
  ValueError,
} from "@apr-kit/contracts";
import type { Precision } from "@apr-kit/engine";
import * as tf from "@tensorflow/tfjs-core";
import type { Model, Parameters } from "./model.ts";

/** Statistics of the training images in the [0, 1] scale, one number per channel. */
export interface Normalization {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/**
 * Joins a network and its normalisation into a classifier of [0, 1] images.
 *
 *     predict(images) = network((images - mean) / std)
 *
 * So attacks, corruptions and metrics work in one scale, whatever a model was trained with.
 *
 * @param parameters stay the caller's, and may change between calls
 * @param options.precision of the feature maps, default "float32"
 * @returns inference; it leaks nothing and its logits are the caller's to dispose
 *
 * Gradient: flows to the images.
 *
 * @throws {ValueError} if mean or std is not three finite numbers, or std is not positive
 */
export function asPredict(
  model: Model,
  parameters: Parameters,
  { mean, std }: Normalization,
  { precision = "float32" }: { readonly precision?: Precision } = {},
): Predict {
  assertNormalization("asPredict", { mean, std });
  return (images: UnitImages): tf.Tensor2D => {
    assertImages("predict", images);
    return tf.tidy(() => {
      const normalized = normalizeImages(images, { mean, std });
      return model.apply(parameters, normalized, { mode: "inference", precision }).logits;
    });
  };
}

/** (images - mean) / std, channel by channel. */
export function normalizeImages(
  images: UnitImages,
  { mean, std }: Normalization,
): NormalizedImages {
  const centred = tf.sub(images, tf.tensor1d([...mean]));
  return asNormalizedImages(tf.div(centred, tf.tensor1d([...std])));
}

/** Throws unless mean and std are three finite numbers, std positive ones. */
export function assertNormalization(where: string, { mean, std }: Normalization): void {
  const isTriple = (values: readonly number[], isAllowed: (value: number) => boolean): boolean =>
    Array.isArray(values) && values.length === 3 && values.every(isAllowed);
  if (!isTriple(mean, Number.isFinite)) {
    throw new ValueError(where, { expected: "mean of three finite numbers", actual: show(mean) });
  }
  if (!isTriple(std, (value) => value > 0 && Number.isFinite(value))) {
    throw new ValueError(where, { expected: "std of three positive numbers", actual: show(std) });
  }
}
