import type { Tensor4D } from "@tensorflow/tfjs-core";
import { checkedAxes } from "./checkedAxes.ts";
import type { ComplexPair } from "./complexPair.ts";
import type { FftnOptions } from "./fftn.ts";
import { inverseRealTransform, realTransform } from "./realTransform.ts";

export interface IrfftnOptions extends FftnOptions {
  /** Side of the result along the last of `axes`: 2·k - 2 and 2·k - 1 both have k frequencies. */
  readonly size: number;
}

/**
 * Transforms real images along any axes, and keeps the half that is not implied: {@link rfft2} is rfftn over
 * [1, 2], rfft3 over [1, 2, 3].
 *
 * @param images       [batch, height, width, channel], float32, any sides ≥ 1
 * @param options.axes as fftn; the last one is halved, to ⌊side/2⌋ + 1
 * @param options.norm as fftn
 * @returns half spectrum; the caller disposes both parts
 *
 * Convention: as numpy.fft.rfftn(x, axes=...).
 * Gradient:   flows to `images`.
 *
 * @throws as fftn
 * @example
 * rfftn(images, { axes: [2, 1] }); // as rfft2, with the height halved
 */
export function rfftn(images: Tensor4D, { axes, norm = "backward" }: FftnOptions): ComplexPair {
  return realTransform("rfftn", images, { axes: checkedAxes("rfftn", axes), norm });
}

/**
 * Inverts {@link rfftn} of the same axes and norm.
 *
 * @param spectrum     half spectrum, as rfftn returns it
 * @param options.size side of the result along the last of `axes`; never guessed, because two fit
 * @returns images, [batch, height, width, channel], float32; the caller disposes them
 *
 * Gradient: flows to `spectrum`.
 *
 * @throws as fftn, and {ShapeError} if the number of frequencies does not fit `size`
 */
export function irfftn(
  spectrum: ComplexPair,
  { axes, size, norm = "backward" }: IrfftnOptions,
): Tensor4D {
  return inverseRealTransform("irfftn", spectrum, {
    axes: checkedAxes("irfftn", axes),
    norm,
    last: ["size", size],
  });
}
