import * as tf from "@tensorflow/tfjs-core";
import { assertSpectrum, type ComplexPair } from "./complexPair.ts";

/**
 * Takes the absolute value of every frequency.
 *
 *     amplitude = √(re² + im²)
 *
 * @param spectrum [batch, height, width, channel], full or half, any norm
 * @returns amplitude ≥ 0, same shape; the caller disposes it
 *
 * Convention: squares are taken in float32, so values below 1e-19 count as 0.
 * Gradient:   flows to `spectrum`; at amplitude 0 it is 0, as PyTorch's.
 *
 * @throws {ShapeError} if the two parts differ in shape
 * @example
 * amplitude({ re: tf.fill([1, 1, 1, 1], 3), im: tf.fill([1, 1, 1, 1], 4) }); // 5
 */
export function amplitude(spectrum: ComplexPair): tf.Tensor4D {
  assertSpectrum("amplitude", "spectrum", spectrum);
  return differentiable(spectrum.re, spectrum.im) as tf.Tensor4D;
}

const differentiable = tf.customGrad((...args) => {
  const [re, im, save] = args as [tf.Tensor, tf.Tensor, tf.GradSaveFunc];
  const value = tf.sqrt(tf.add(tf.square(re), tf.square(im)));
  save([re, im, value]);
  return { value, gradFunc: slope };
});

function slope(dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] {
  const [re, im, value] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
  const isZero = tf.equal(value, 0);
  const rate = tf.div(dy, tf.where(isZero, tf.onesLike(value), value));
  const safeRate = tf.where(isZero, tf.zerosLike(value), rate);
  return [tf.mul(safeRate, re), tf.mul(safeRate, im)];
}
