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
  REAL_FFT,
  RECOMBINE,
  RECOMBINE_IMAGES,
  RECOMBINE_WITHIN,
  type RealFftAttrs,
  type RecombineImagesAttrs,
  type RecombineWithinAttrs,
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
  gradFunc: (dy, _saved, attrs) => {
    const { axes, scale, size } = attrs as RealFftAttrs;
    const { re, im } = pairOf(dy);
    const weights = hermitianWeights(size, re.rank, axes.at(-1) as number);
    const halved = { re: tf.div(re, weights), im: tf.div(im, weights) } as ComplexPair;
    const dx = inverseRealFft(halved, { axes, scale, size });
    return { x: () => dx };
  },
});

/** x = s·Re(Σ w·y·exp(+…)), so ȳ = s·w·F·x̄. */
tf.registerGradient({
  kernelName: INVERSE_REAL_FFT,
  gradFunc: (dy, _saved, attrs) => {
    const { axes, scale, size } = attrs as RealFftAttrs;
    const dx = (Array.isArray(dy) ? dy[0] : dy) as tf.Tensor4D;
    const weights = hermitianWeights(size, dx.rank, axes.at(-1) as number);
    const { re, im } = realFft(dx, { axes, scale });
    return { re: () => tf.mul(re, weights), im: () => tf.mul(im, weights) };
  },
});

/** Element by element: see recombineAdjoint. */
tf.registerGradient({
  kernelName: RECOMBINE,
  inputsToSave: ["amplitudeRe", "amplitudeIm", "phaseRe", "phaseIm"],
  gradFunc: (dy, saved) => {
    const { toAmplitude, toPhase } = recombineAdjoint(
      pairOf(saved.slice(0, 2)),
      pairOf(saved.slice(2)),
      pairOf(dy),
    );
    return {
      amplitudeRe: () => toAmplitude.re,
      amplitudeIm: () => toAmplitude.im,
      phaseRe: () => toPhase.re,
      phaseIm: () => toPhase.im,
    };
  },
});

/** out = IDFT(recombine(DFT(amplitudeFrom), DFT(phaseFrom))): the DFT is its own adjoint but for sign and scale. */
tf.registerGradient({
  kernelName: RECOMBINE_IMAGES,
  inputsToSave: ["amplitudeFrom", "phaseFrom"],
  gradFunc: (dy, saved, attrs) => {
    const { axes } = attrs as RecombineImagesAttrs;
    const [amplitudeFrom, phaseFrom] = saved as [tf.Tensor4D, tf.Tensor4D];
    const { forward, inverse } = transformsOf(phaseFrom.shape, axes);
    const { toAmplitude, toPhase } = recombineAdjoint(
      realFft(amplitudeFrom, forward),
      realFft(phaseFrom, forward),
      realFft((Array.isArray(dy) ? dy[0] : dy) as tf.Tensor4D, forward),
    );
    const dAmplitudeFrom = inverseRealFft(toAmplitude, inverse);
    const dPhaseFrom = inverseRealFft(toPhase, inverse);
    return { amplitudeFrom: () => dAmplitudeFrom, phaseFrom: () => dPhaseFrom };
  },
});

/** As RECOMBINE_IMAGES; each image is reached as phase donor and as the partner of others. */
tf.registerGradient({
  kernelName: RECOMBINE_WITHIN,
  inputsToSave: ["images"],
  gradFunc: (dy, saved, attrs) => {
    const { axes, partners } = attrs as RecombineWithinAttrs;
    const [images] = saved as [tf.Tensor4D];
    const { forward, inverse } = transformsOf(images.shape, axes);
    const own = realFft(images, forward);
    const places = tf.tensor1d(partners, "int32");
    const { toAmplitude, toPhase } = recombineAdjoint(
      { re: tf.gather(own.re, places), im: tf.gather(own.im, places) },
      own,
      realFft((Array.isArray(dy) ? dy[0] : dy) as tf.Tensor4D, forward),
    );
    const total = {
      re: tf.add(toPhase.re, addedAt(toAmplitude.re, partners)),
      im: tf.add(toPhase.im, addedAt(toAmplitude.im, partners)),
    } as ComplexPair;
    const dImages = inverseRealFft(total, inverse);
    return { images: () => dImages };
  },
});

/**
 * The adjoint of gather(x, places): row j is the sum of the rows i with places[i] = j.
 *
 * By gathers, since wasm has no scatter: one for a permutation, r where a place occurs r times.
 */
function addedAt(rows: tf.Tensor, places: readonly number[]): tf.Tensor {
  const batch = rows.shape[0] as number;
  const none = tf.zerosLike(tf.slice(rows, 0, 1));
  const withNone = tf.concat([rows, none], 0); // row `batch` adds nothing
  const sources: number[][] = Array.from({ length: batch }, () => []);
  places.forEach((place, row) => {
    sources[place]?.push(row);
  });
  const rounds = Math.max(...sources.map(({ length }) => length));
  const parts = Array.from({ length: rounds }, (_, round) => {
    const from = sources.map((list) => list[round] ?? batch);
    return tf.gather(withNone, tf.tensor1d(from, "int32"));
  });
  return parts.reduce((sum, part) => tf.add(sum, part));
}

/** Attributes of the transforms there and back. */
function transformsOf(shape: readonly number[], axes: number[]) {
  const count = axes.reduce((product, axis) => product * (shape[axis] as number), 1);
  const size = shape[axes.at(-1) as number] as number;
  return { forward: { axes, scale: 1 }, inverse: { axes, scale: 1 / count, size } };
}

/**
 * Of out = |a|·u, u = p/|p|, with g = conj(u)·dy:
 *
 *     to a: Re(g)·a/|a|        to p: Im(g)·i·u·|a|/|p|
 *
 * Where p = 0 the phase is taken as constant, where a = 0 the amplitude has no slope: no gradient.
 */
function recombineAdjoint(a: ComplexPair, p: ComplexPair, dy: ComplexPair) {
  const donor = polar(a);
  const own = polar(p);
  const u = {
    re: tf.where(own.isZero, tf.onesLike(own.length), own.direction.re),
    im: own.direction.im,
  } as ComplexPair;
  const along = tf.add(tf.mul(u.re, dy.re), tf.mul(u.im, dy.im)); // Re g
  const across = tf.sub(tf.mul(u.re, dy.im), tf.mul(u.im, dy.re)); // Im g
  const leverage = tf.div(donor.length, own.safeLength);
  const turn = tf.mul(tf.where(own.isZero, tf.zerosLike(leverage), leverage), across);
  return {
    toAmplitude: scaledBy(donor.direction, along),
    toPhase: scaledBy({ re: tf.neg(u.im), im: u.re }, turn),
  };
}

/** Length and direction of each number; the direction of 0 is 0. */
function polar({ re, im }: ComplexPair) {
  const length = tf.sqrt(tf.add(tf.square(re), tf.square(im)));
  const isZero = tf.equal(length, 0);
  const safeLength = tf.where(isZero, tf.onesLike(length), length);
  return {
    length,
    isZero,
    safeLength,
    direction: { re: tf.div(re, safeLength), im: tf.div(im, safeLength) } as ComplexPair,
  };
}

function scaledBy({ re, im }: ComplexPair, factor: tf.Tensor): ComplexPair {
  return { re: tf.mul(re, factor), im: tf.mul(im, factor) };
}

function pairOf(dy: tf.Tensor | tf.Tensor[]): ComplexPair {
  const [re, im] = dy as [tf.Tensor4D, tf.Tensor4D];
  return { re, im };
}
