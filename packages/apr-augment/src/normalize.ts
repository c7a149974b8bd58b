import {
  asNormalizedImages,
  assertImages,
  type NormalizedImages,
  ShapeError,
  show,
  type UnitImages,
  ValueError,
} from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import type { ChannelStatistics } from "./statistics.ts";

/**
 * Gives each channel zero mean and unit deviation, by the statistics of a data set.
 *
 *     out = (image - mean) / std
 *
 * @param images     UnitImages, [batch, height, width, channel]; values that APR-P left outside of
 *                   [0, 1] pass as they are
 * @param statistics for each channel; see {@link STATISTICS}
 * @returns NormalizedImages, same shape; the caller disposes them
 *
 * Gradient: flows to `images`.
 *
 * @throws {ShapeError} if the statistics are not one for each channel
 * @throws {ValueError} if a mean is not finite, or a deviation not finite and above 0
 *
 * @example
 * normalize(images, STATISTICS.cifar10);
 */
export function normalize(images: UnitImages, { mean, std }: ChannelStatistics): NormalizedImages {
  assertImages("normalize", images);
  const channel = images.shape[3];
  if (mean.length !== channel || std.length !== channel) {
    throw new ShapeError("normalize", {
      expected: `mean and std of length ${channel}, one for each channel`,
      actual: `lengths ${mean.length} and ${std.length}`,
    });
  }
  if (!mean.every(Number.isFinite)) {
    throw new ValueError("normalize", { expected: "finite means", actual: show(mean) });
  }
  if (!std.every((value) => value > 0 && Number.isFinite(value))) {
    throw new ValueError("normalize", { expected: "std above 0", actual: show(std) });
  }
  return tf.tidy(() => {
    const centred = tf.sub(images, tf.tensor1d([...mean]));
    return asNormalizedImages(tf.div(centred, tf.tensor1d([...std])));
  });
}
