import type { Tensor4D } from "@tensorflow/tfjs-core";
import type { ComplexPair } from "./complexPair.ts";
import type { FftNorm, FftOptions } from "./norm.ts";
import { inverseRealTransform, realTransform } from "./realTransform.ts";

const AXES = [1, 2, 3]; // height, width, channel; the channels are halved

export interface Irfft3Options {
  /** Channels of the images: 2 and 3 both have two frequencies. */
  readonly channels: number;
  /** Default "backward". */
  readonly norm?: FftNorm;
}

/**
 * Transforms real images over height, width and channel, and keeps the half that is not implied.
 *
 *     X[u, v, w] of fft3, for w = 0..⌊channel/2⌋;   X[-u, -v, -w] = conj(X[u, v, w]) gives the rest
 *
 * @param images       [batch, height, width, channel], float32, any sides ≥ 1
 * @param options.norm as fft3
 * @returns half spectrum, [batch, height, width, ⌊channel/2⌋ + 1]; the caller disposes both parts
 *
 * Convention: as fft3. Of three colours two planes stay: their sum, and one complex plane of chroma.
 * Gradient:   flows to `images`.
 *
 * @throws as rfft2
 */
export function rfft3(images: Tensor4D, { norm = "backward" }: FftOptions = {}): ComplexPair {
  return realTransform("rfft3", images, { axes: AXES, norm });
}

/**
 * Inverts {@link rfft3} of the same norm.
 *
 * @param spectrum         half spectrum, [batch, height, width, ⌊channels/2⌋ + 1]
 * @param options.channels channels of the result; never guessed, because two numbers fit
 * @param options.norm     as ifft3
 * @returns images, [batch, height, width, channels], float32; the caller disposes them
 *
 * Gradient: flows to `spectrum`.
 *
 * @throws as irfft2
 */
export function irfft3(
  spectrum: ComplexPair,
  { channels, norm = "backward" }: Irfft3Options,
): Tensor4D {
  return inverseRealTransform("irfft3", spectrum, {
    axes: AXES,
    norm,
    last: ["channels", channels],
  });
}
