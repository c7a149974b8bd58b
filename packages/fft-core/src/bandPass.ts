import { assertImages, show, ValueError } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import { radialFrequency } from "./radialFrequency.ts";
import { irfft2, rfft2 } from "./rfft2.ts";

export interface BandPassOptions {
  /** Lowest radial frequency that stays, in cycles per pixel; default 0, which keeps the mean. */
  readonly low?: number;
  /** First radial frequency above the band, in cycles per pixel; default none. */
  readonly high?: number;
}

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
 * Convention: r as {@link radialFrequency}. A sharp edge rings; bands that meet add up to the images:
 * bandPass(x, { high: f }) + bandPass(x, { low: f }) = x.
 * Gradient:   flows to `images` (the operator is its own adjoint).
 *
 * @throws {ValueError} if not 0 ≤ low < high
 * @example
 * bandPass(images, { high: 0.1 }); // a blur: waves of ten pixels and longer
 */
export function bandPass(
  images: tf.Tensor4D,
  { low = 0, high = Number.POSITIVE_INFINITY }: BandPassOptions,
): tf.Tensor4D {
  assertImages("bandPass", images);
  if (!(low >= 0 && low < high)) {
    throw new ValueError("bandPass", {
      expected: "0 ≤ low < high",
      actual: `low ${show(low)} and high ${show(high)}`,
    });
  }
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
    const radii = radialFrequency({ height, width, spectrum: "half" });
    const mask = tf.tensor4d(
      Float32Array.from(radii, (radius) => (radius >= low && radius < high ? 1 : 0)),
      [1, height, Math.floor(width / 2) + 1, 1],
    );
    const { re, im } = rfft2(images); // [batch, height, ⌊width/2⌋ + 1, channel]
    return irfft2({ re: tf.mul(re, mask), im: tf.mul(im, mask) }, { width });
  });
}
