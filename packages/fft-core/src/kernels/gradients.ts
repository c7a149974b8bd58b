/**
 * @file The adjoint of each kernel, in terms of the same kernels.
 *
 * Gradients are worked out when the gradient function is called, not in the thunks it returns:
 * TensorFlow.js runs each thunk in a tidy of its own, which would free what they share.
 */
import * as tf from "@tensorflow/tfjs-core";
import type { ComplexPair } from "../complexPair.ts";
import { hermitianWeights } from "./hermitianWeights.ts";
import {
  COMPLEX_FFT,
  type ComplexFftAttrs,
  INVERSE_REAL_FFT,
  type InverseRealFftAttrs,
  REAL_FFT,
  RECOMBINE_IMAGES,
  type RealFftAttrs,
  type RecombineImagesAttrs,
} from "./names.ts";
import { complexFft, inverseRealFft, realFft } from "./transforms.ts";

/** y = s·F·x, so x̄ = s·Fᴴ·ȳ. */
tf.registerGradient({
  kernelName: COMPLEX_FFT,
  gradFunc: (dy, _saved, attrs) => {
    const { axes, scale, inverse } = attrs as ComplexFftAttrs;
    const { re, im } = complexFft(pairOf(dy), { axes, scale, inverse: !inverse });
    return { re: () => re, im: () => im };
  },
});

/** y = s·F·x for real x, so x̄ = s·Re(Fᴴ·ȳ): the inverse transform without its doubling of mirrored frequencies. */
tf.registerGradient({
  kernelName: REAL_FFT,
  inputsToSave: ["x"],
  gradFunc: (dy, saved, attrs) => {
    const { axes, scale } = attrs as RealFftAttrs;
    const [x] = saved as [tf.Tensor4D];
    const axis = axes.at(-1) as number;
    const size = x.shape[axis] as number;
    const weights = hermitianWeights(size, x.rank, axis);
    const { re, im } = pairOf(dy);
    const halved = { re: tf.div(re, weights), im: tf.div(im, weights) } as ComplexPair;
    const dx = inverseRealFft(halved, { axes, scale, size });
    return { x: () => dx };
  },
});

/** x = s·Re(Σ w·y·exp(+…)), so ȳ = s·w·F·x̄. */
tf.registerGradient({
  kernelName: INVERSE_REAL_FFT,
  gradFunc: (dy, _saved, attrs) => {
    const { axes, scale, size } = attrs as InverseRealFftAttrs;
    const dx = (Array.isArray(dy) ? dy[0] : dy) as tf.Tensor4D;
    const weights = hermitianWeights(size, dx.rank, axes.at(-1) as number);
    const { re, im } = realFft(dx, { axes, scale });
    return { re: () => tf.mul(re, weights), im: () => tf.mul(im, weights) };
  },
});

/**
 * out = IDFT(A·u), A = |F2|, u = F1/|F1|. With D = DFT(dy), u2 = F2/|F2| and g = conj(u)·D:
 * Ā flows to amplitudeFrom as IDFT(u2·Re g), ū to phaseFrom as IDFT(A/|F1|·i·u·Im g).
 * Where F1 = 0 the phase is constant, where F2 = 0 the amplitude has no slope: no gradient.
 */
tf.registerGradient({
  kernelName: RECOMBINE_IMAGES,
  inputsToSave: ["amplitudeFrom", "phaseFrom"],
  gradFunc: (dy, saved, attrs) => {
    const { axes } = attrs as RecombineImagesAttrs;
    const [amplitudeFrom, phaseFrom] = saved as [tf.Tensor4D, tf.Tensor4D];
    const { shape } = phaseFrom;
    const count = axes.reduce((product, axis) => product * (shape[axis] as number), 1);
    const inverse = { axes, scale: 1 / count, size: shape[axes.at(-1) as number] as number };
    const forward = { axes, scale: 1 };

    const donor = polar(realFft(amplitudeFrom, forward));
    const own = polar(realFft(phaseFrom, forward));
    const error = realFft((Array.isArray(dy) ? dy[0] : dy) as tf.Tensor4D, forward);
    const unit = {
      re: tf.where(own.isZero, tf.onesLike(own.re), own.re) as tf.Tensor4D,
      im: own.im,
    };
    const along = tf.add(tf.mul(unit.re, error.re), tf.mul(unit.im, error.im)); // Re g
    const across = tf.sub(tf.mul(unit.re, error.im), tf.mul(unit.im, error.re)); // Im g
    const turn = tf.mul(
      tf.where(own.isZero, tf.zerosLike(own.re), tf.div(donor.length, own.safeLength)),
      across,
    );
    const toAmplitude = scaledBy(donor, along);
    const toPhase = scaledBy({ re: tf.neg(unit.im), im: unit.re } as ComplexPair, turn);
    const dAmplitudeFrom = inverseRealFft(toAmplitude, inverse);
    const dPhaseFrom = inverseRealFft(toPhase, inverse);
    return { amplitudeFrom: () => dAmplitudeFrom, phaseFrom: () => dPhaseFrom };
  },
});

/** Length and direction of each number; the direction of 0 is 0. */
function polar({ re, im }: ComplexPair) {
  const length = tf.sqrt(tf.add(tf.square(re), tf.square(im)));
  const isZero = tf.equal(length, 0);
  const safeLength = tf.where(isZero, tf.onesLike(length), length);
  return {
    length,
    isZero,
    safeLength,
    re: tf.div(re, safeLength) as tf.Tensor4D,
    im: tf.div(im, safeLength) as tf.Tensor4D,
  };
}

function scaledBy({ re, im }: ComplexPair, factor: tf.Tensor): ComplexPair {
  return { re: tf.mul(re, factor), im: tf.mul(im, factor) };
}

function pairOf(dy: tf.Tensor | tf.Tensor[]): ComplexPair {
  const [re, im] = dy as [tf.Tensor4D, tf.Tensor4D];
  return { re, im };
}
