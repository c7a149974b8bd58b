import * as tf from "@tensorflow/tfjs-core";
import { assertSpectrum, type ComplexPair } from "./complexPair.ts";

/**
 * Takes the angle of every frequency.
 *
 *     phase = atan2(im, re)
 *
 * @param spectrum [batch, height, width, channel], full or half, any norm
 * @returns phase in radians, (-π, π], same shape; the caller disposes it
 *
 * Convention: the phase of 0 is 0, as numpy.angle has it. Where a frequency is zero but for rounding, its
 * phase is arbitrary; weigh by {@link amplitude} before reading anything into it.
 * Gradient:   flows to `spectrum`; at amplitude 0 it is 0, as PyTorch's.
 *
 * @throws {ShapeError} if the two parts differ in shape
 * @example
 * phase({ re: tf.zeros([1, 1, 1, 1]), im: tf.ones([1, 1, 1, 1]) }); // 1.5707964
 */
export function phase(spectrum: ComplexPair): tf.Tensor4D {
  assertSpectrum("phase", "spectrum", spectrum);
  return differentiable(spectrum.re, spectrum.im) as tf.Tensor4D;
}

const differentiable = tf.customGrad((...args) => {
  const [re, im, save] = args as [tf.Tensor, tf.Tensor, tf.GradSaveFunc];
  save([re, im]);
  return { value: tf.atan2(im, re), gradFunc: slope };
});

function slope(dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] {
  const [re, im] = saved as [tf.Tensor, tf.Tensor];
  const power = tf.add(tf.square(re), tf.square(im));
  const isZero = tf.equal(power, 0);
  const rate = tf.div(dy, tf.where(isZero, tf.onesLike(power), power));
  const safeRate = tf.where(isZero, tf.zerosLike(power), rate);
  return [tf.neg(tf.mul(safeRate, im)), tf.mul(safeRate, re)];
}
