import { checkedAxes } from "./checkedAxes.ts";
import type { ComplexPair, RealOrComplex } from "./complexPair.ts";
import { complexTransform } from "./complexTransform.ts";
import type { FftOptions } from "./norm.ts";

export interface FftnOptions extends FftOptions {
  /**
   * What is transformed of 0 batch, 1 height, 2 width, 3 channel, or the same from behind, -4 to -1. There is
   * no default: "all axes" would silently mix images and colours.
   */
  readonly axes: readonly number[];
}

/**
 * Transforms along any axes: {@link fft2} is fftn over [1, 2], fft3 over [1, 2, 3].
 *
 *     X[k] = scale · Σ_j x[j] · exp(-2πi·Σ_axis k·j/side)
 *
 * @param images       real or complex, [batch, height, width, channel], float32, any sides ≥ 1
 * @param options.axes one to four of them, in any order
 * @param options.norm as fft2, with n the product of the sides of the axes
 * @returns spectrum, same shape; the caller disposes both parts
 *
 * Convention: as numpy.fft.fftn(x, axes=...).
 * Gradient:   flows to `images`.
 *
 * @throws {ShapeError} if images are not of rank 4 or a side of the axes is empty
 * @throws {ValueError} if an axis is not one of the four or occurs twice, the dtype is not float32 or the norm
 *                      is unknown
 * @example
 * fftn(images, { axes: [2] }); // each row of pixels by itself
 */
export function fftn(images: RealOrComplex, { axes, norm = "backward" }: FftnOptions): ComplexPair {
  const checked = checkedAxes("fftn", axes);
  return complexTransform("fftn", images, { axes: checked, norm, inverse: false });
}

/**
 * Inverts {@link fftn} of the same axes and norm.
 *
 * @param spectrum [batch, height, width, channel]
 * @returns complex images, same shape; the caller disposes both parts
 *
 * Gradient: flows to `spectrum`.
 *
 * @throws as fftn
 */
export function ifftn(
  spectrum: RealOrComplex,
  { axes, norm = "backward" }: FftnOptions,
): ComplexPair {
  const checked = checkedAxes("ifftn", axes);
  return complexTransform("ifftn", spectrum, { axes: checked, norm, inverse: true });
}
