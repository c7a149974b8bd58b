import type { ComplexPair, RealOrComplex } from "./complexPair.ts";
import { complexTransform } from "./complexTransform.ts";
import type { FftOptions } from "./norm.ts";

const AXES = [1, 2]; // height, width

/**
 * Transforms every channel of every image over height and width.
 *
 *     X[u, v] = scale · Σ_yx x[y, x] · exp(-2πi·(u·y/height + v·x/width))
 *
 * @param images       real or complex, [batch, height, width, channel], float32, any sides ≥ 1
 * @param options.norm "backward" (scale 1, default), "ortho" (1/√n) or "forward" (1/n), n = height·width
 * @returns spectrum, [batch, height, width, channel]; the caller disposes both parts
 *
 * Convention: frequency 0 first, then positive, then negative ones, as numpy.fft.fft2. An impulse at the
 * origin has X = 1 everywhere; a flat image of ones has X[0, 0] = height·width and 0 elsewhere.
 * Gradient:   flows to `images`.
 * Cost:       O(batch · channel · n · log n). Of real images {@link rfft2} is about half.
 *
 * @throws {ShapeError} if images are not of rank 4 or have an empty side
 * @throws {ValueError} if the dtype is not float32 or the norm is unknown
 * @example
 * const { re } = fft2(tf.ones([1, 2, 2, 1])); // re: 4, 0, 0, 0
 */
export function fft2(images: RealOrComplex, { norm = "backward" }: FftOptions = {}): ComplexPair {
  return complexTransform("fft2", images, { axes: AXES, norm, inverse: false });
}

/**
 * Inverts {@link fft2} of the same norm.
 *
 *     x[y, x] = scale · Σ_uv X[u, v] · exp(+2πi·(u·y/height + v·x/width))
 *
 * @param spectrum     [batch, height, width, channel]
 * @param options.norm "backward" (scale 1/n, default), "ortho" (1/√n) or "forward" (1)
 * @returns complex images, same shape; the caller disposes both parts
 *
 * Gradient: flows to `spectrum`.
 *
 * @throws as fft2
 */
export function ifft2(
  spectrum: RealOrComplex,
  { norm = "backward" }: FftOptions = {},
): ComplexPair {
  return complexTransform("ifft2", spectrum, { axes: AXES, norm, inverse: true });
}
