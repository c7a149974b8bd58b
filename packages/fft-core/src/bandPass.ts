import { assertImages } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import { assertBand, type Band, bandMask } from "./bandMask.ts";
import { irfft2, rfft2 } from "./rfft2.ts";

/**
 * Keeps one band of spatial frequencies of every channel: low pass without `low`, high pass without `high`.
 *
 *     out = IDFT(DFT(images) · [low ≤ r < high]),   r in cycles per pixel
 *
 * @param images       [batch, height, width, channel], float32
 * @param options.low  in [0, √½]; frequency 0 is the mean of the channel
 * @param options.high > low
 * @returns images, same shape, not clipped; the caller disposes them
 *
 * Convention: r as {@link bandMask}. A sharp edge rings; bands that meet add up to the images:
 * bandPass(x, { high: f }) + bandPass(x, { low: f }) = x.
 * Gradient:   flows to `images` (the operator is its own adjoint).
 *
 * @throws {ValueError} if not 0 ≤ low < high
 * @example
 * bandPass(images, { high: 0.1 }); // a blur: waves of ten pixels and longer
 */
export function bandPass(
  images: tf.Tensor4D,
  { low = 0, high = Number.POSITIVE_INFINITY }: Band,
): tf.Tensor4D {
  assertImages("bandPass", images);
  assertBand("bandPass", low, high);
  const filter = (x: tf.Tensor4D) => filterBand(x, low, high);
  const differentiable = tf.customGrad((x) => ({
    value: filter(x as tf.Tensor4D),
    gradFunc: (dy: tf.Tensor) => filter(dy as tf.Tensor4D),
  }));
  return differentiable(images) as tf.Tensor4D;
}

function filterBand(images: tf.Tensor4D, low: number, high: number): tf.Tensor4D {
  const [, height, width] = images.shape;
  return tf.tidy(() => {
    const values = bandMask({ height, width, spectrum: "half", low, high });
    const mask = tf.tensor4d(values, [1, height, Math.floor(width / 2) + 1, 1]);
    const { re, im } = rfft2(images); // [batch, height, ⌊width/2⌋ + 1, channel]
    return irfft2({ re: tf.mul(re, mask), im: tf.mul(im, mask) }, { width });
  });
}
