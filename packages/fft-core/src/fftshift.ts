import * as tf from "@tensorflow/tfjs-core";
import { isComplexPair, type RealOrComplex } from "./complexPair.ts";

const AXES = [1, 2]; // height, width

/**
 * Moves frequency 0 to the middle of height and width, for people to look at.
 *
 * @param spectrum full spectrum, amplitude or phase, [batch, height, width, channel]
 * @returns the same kind and shape; the caller disposes it
 *
 * Convention: frequency 0 lands at index ⌊side/2⌋, as numpy.fft.fftshift over these two axes.
 *             Indices 0 1 2 3 4 come out as 3 4 0 1 2.
 * Gradient:   flows to `spectrum`.
 */
export function fftshift<TSpectrum extends RealOrComplex>(spectrum: TSpectrum): TSpectrum {
  return mapParts(spectrum, shift);
}

/**
 * Undoes {@link fftshift}; the two differ for odd sides.
 *
 * @param spectrum as fftshift returns it
 * @returns the same kind and shape; the caller disposes it
 *
 * Convention: indices 0 1 2 3 4 come out as 2 3 4 0 1.
 * Gradient:   flows to `spectrum`.
 */
export function ifftshift<TSpectrum extends RealOrComplex>(spectrum: TSpectrum): TSpectrum {
  return mapParts(spectrum, unshift);
}

function mapParts<TSpectrum extends RealOrComplex>(
  spectrum: TSpectrum,
  move: (part: tf.Tensor) => tf.Tensor,
): TSpectrum {
  return tf.tidy(() =>
    isComplexPair(spectrum)
      ? { re: move(spectrum.re), im: move(spectrum.im) }
      : move(spectrum as tf.Tensor),
  ) as TSpectrum;
}

const rollUp = (x: tf.Tensor4D) => roll(x, (side) => Math.ceil(side / 2));
const rollDown = (x: tf.Tensor4D) => roll(x, (side) => Math.floor(side / 2));

/** Each is the other's inverse and adjoint. */
const shift = tf.customGrad((x) => ({
  value: rollUp(x as tf.Tensor4D),
  gradFunc: (dy: tf.Tensor) => rollDown(dy as tf.Tensor4D),
}));
const unshift = tf.customGrad((x) => ({
  value: rollDown(x as tf.Tensor4D),
  gradFunc: (dy: tf.Tensor) => rollUp(dy as tf.Tensor4D),
}));

/** Cuts each axis at `cutOf(side)` and swaps the two pieces. */
function roll(x: tf.Tensor4D, cutOf: (side: number) => number): tf.Tensor4D {
  return AXES.reduce((rolled, axis) => {
    const side = rolled.shape[axis] as number;
    const cut = cutOf(side) % side;
    if (cut === 0) return tf.clone(rolled);
    const [head, tail] = tf.split(rolled, [cut, side - cut], axis) as [tf.Tensor4D, tf.Tensor4D];
    return tf.concat([tail, head], axis);
  }, x);
}
