import type { Tensor4D } from "@tensorflow/tfjs-core";
import type { ComplexPair } from "./complexPair.ts";
import type { FftNorm, FftOptions } from "./norm.ts";
import { inverseRealTransform, realTransform } from "./realTransform.ts";

const AXES = [1, 2]; // height, width; the width is halved

export interface Irfft2Options {
  /** Width of the images: 2·k - 2 and 2·k - 1 both have k frequencies. */
  readonly width: number;
  /** Default "backward". */
  readonly norm?: FftNorm;
}

/**
 * Transforms every channel of real images over height and width, and keeps the half that is not implied.
 *
 *     X[u, v] of fft2, for v = 0..⌊width/2⌋;   X[-u, -v] = conj(X[u, v]) gives the rest
 *
 * @param images       [batch, height, width, channel], float32, any sides ≥ 1
 * @param options.norm as fft2
 * @returns half spectrum, [batch, height, ⌊width/2⌋ + 1, channel]; the caller disposes both parts
 *
 * Convention: as fft2. Width 4 keeps frequencies 0, 1, 2; width 5 keeps 0, 1, 2 as well.
 * Gradient:   flows to `images`.
 *
 * @throws {ShapeError} if images are not of rank 4 or have an empty side
 * @throws {ValueError} if the dtype is not float32 or the norm is unknown
 * @example
 * rfft2(tf.ones([1, 2, 4, 1])).re; // [1, 2, 3, 1]: 8, 0, 0, 0, 0, 0
 */
export function rfft2(images: Tensor4D, { norm = "backward" }: FftOptions = {}): ComplexPair {
  return realTransform("rfft2", images, { axes: AXES, norm });
}

/**
 * Inverts {@link rfft2} of the same norm.
 *
 * @param spectrum      half spectrum, [batch, height, ⌊width/2⌋ + 1, channel]
 * @param options.width width of the result; never guessed, because two widths fit
 * @param options.norm  as ifft2
 * @returns images, [batch, height, width, channel], float32; the caller disposes them
 *
 * Convention: as numpy.fft.irfft2. What a real image cannot have (an imaginary part at frequency 0, say)
 * does not count.
 * Gradient:   flows to `spectrum`.
 *
 * @throws {ShapeError} if the number of frequencies does not fit `width`
 * @throws {ValueError} if width is not an integer ≥ 1
 * @example
 * irfft2(rfft2(images), { width: 5 }); // images again, of width 5
 */
export function irfft2(
  spectrum: ComplexPair,
  { width, norm = "backward" }: Irfft2Options,
): Tensor4D {
  return inverseRealTransform("irfft2", spectrum, { axes: AXES, norm, last: ["width", width] });
}
