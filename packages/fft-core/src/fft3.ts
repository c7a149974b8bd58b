import type { ComplexPair, RealOrComplex } from "./complexPair.ts";
import { complexTransform } from "./complexTransform.ts";
import type { FftOptions } from "./norm.ts";

const AXES = [1, 2, 3]; // height, width, channel

/**
 * Transforms every image over height, width and channel: {@link fft2} of each channel, then the transform
 * of the few channels at each frequency.
 *
 * @param images       real or complex, [batch, height, width, channel], float32, any sides ≥ 1
 * @param options.norm as fft2, with n = height·width·channel
 * @returns spectrum, [batch, height, width, channel]; the caller disposes both parts
 *
 * Convention: as fft2. Channel frequency 0 is the spectrum of the sum of the channels.
 * Gradient:   flows to `images`.
 *
 * @throws as fft2
 * @example
 * const { re } = fft3(tf.ones([1, 2, 2, 3])); // re: 12, then zeros
 */
export function fft3(images: RealOrComplex, { norm = "backward" }: FftOptions = {}): ComplexPair {
  return complexTransform("fft3", images, { axes: AXES, norm, inverse: false });
}

/**
 * Inverts {@link fft3} of the same norm.
 *
 * @param spectrum     [batch, height, width, channel]
 * @param options.norm as ifft2, with n = height·width·channel
 * @returns complex images, same shape; the caller disposes both parts
 *
 * Gradient: flows to `spectrum`.
 *
 * @throws as fft2
 */
export function ifft3(
  spectrum: RealOrComplex,
  { norm = "backward" }: FftOptions = {},
): ComplexPair {
  return complexTransform("ifft3", spectrum, { axes: AXES, norm, inverse: true });
}
