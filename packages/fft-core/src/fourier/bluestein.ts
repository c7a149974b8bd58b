import type { AxisTransform, Layout } from "./axisTransform.ts";
import { planMixedRadix } from "./mixedRadix.ts";
import { createPlanes, type Planes, swapped } from "./planes.ts";
import { rootsOfUnity } from "./rootsOfUnity.ts";

/**
 * Plans a discrete Fourier transform of any length as a convolution whose length is a power of two.
 *
 *     X[k] = c[k] · Σ_n (x[n] · c[n]) · conj(c[k-n]),   c[k] = exp(-πi·k²/length)
 *
 * Cost: about six transforms of mixed radix of the same size, whatever the factors of `length`.
 *
 * @see Bluestein, A Linear Filtering Approach to the Computation of Discrete Fourier Transform,
 *      IEEE Trans. Audio Electroacoustics 18(4), 1970.
 */
export function planBluestein(length: number): AxisTransform {
  const { padded, chirp, response } = chirpTables(length);
  const convolver = planMixedRadix(padded);

  return (input, work, { outer, inner }) => {
    const block: Layout = { outer: 1, inner };
    const scratch = createPlanes(padded * inner);
    for (let index = 0; index < outer; index++) {
      const base = index * length * inner;
      const buffer = createPlanes(padded * inner);
      multiplyByChirp(input, base, buffer, 0, chirp, inner);
      const spectrum = convolver(buffer, scratch, block);
      multiplyByResponse(spectrum, response, inner);
      const spare = spectrum === buffer ? scratch : buffer;
      const sums = swapped(convolver(swapped(spectrum), swapped(spare), block));
      multiplyByChirp(sums, 0, work, base, chirp, inner);
    }
    return work;
  };
}

/** What the transform of one length multiplies by, before and after a convolution of length `padded`. */
export interface ChirpTables {
  readonly padded: number;
  /** c[k], k = 0..length-1 */
  readonly chirp: Planes;
  /** The transform of conj(c), divided by `padded`: the inverse transform needs no scale of its own. */
  readonly response: Planes;
}

export function chirpTables(length: number): ChirpTables {
  const padded = 2 ** Math.ceil(Math.log2(2 * length - 1));
  const chirp = createChirp(length);
  return { padded, chirp, response: transformResponse(chirp, length, padded) };
}

/** k² is reduced modulo 2·length first: the angle stays exact however large k is. */
function createChirp(length: number): Planes {
  const roots = rootsOfUnity(2 * length);
  const chirp = createPlanes(length);
  for (let k = 0; k < length; k++) {
    const turn = (k * k) % (2 * length);
    chirp.re[k] = roots.re[turn]!;
    chirp.im[k] = roots.im[turn]!;
  }
  return chirp;
}

/** The transform of conj(chirp), laid out around zero and divided by `padded` for the inverse. */
function transformResponse(chirp: Planes, length: number, padded: number): Planes {
  const response = createPlanes(padded);
  for (let k = 0; k < length; k++) {
    for (const at of [k, (padded - k) % padded]) {
      response.re[at] = chirp.re[k]! / padded;
      response.im[at] = -chirp.im[k]! / padded;
    }
  }
  return planMixedRadix(padded)(response, createPlanes(padded), { outer: 1, inner: 1 });
}

function multiplyByChirp(
  from: Planes,
  fromBase: number,
  to: Planes,
  toBase: number,
  chirp: Planes,
  inner: number,
): void {
  for (let k = 0; k < chirp.re.length; k++) {
    const wRe = chirp.re[k]!;
    const wIm = chirp.im[k]!;
    for (let q = k * inner; q < (k + 1) * inner; q++) {
      const re = from.re[fromBase + q]!;
      const im = from.im[fromBase + q]!;
      to.re[toBase + q] = re * wRe - im * wIm;
      to.im[toBase + q] = re * wIm + im * wRe;
    }
  }
}

function multiplyByResponse(spectrum: Planes, response: Planes, inner: number): void {
  for (let k = 0; k < response.re.length; k++) {
    const wRe = response.re[k]!;
    const wIm = response.im[k]!;
    for (let at = k * inner; at < (k + 1) * inner; at++) {
      const re = spectrum.re[at]!;
      const im = spectrum.im[at]!;
      spectrum.re[at] = re * wRe - im * wIm;
      spectrum.im[at] = re * wIm + im * wRe;
    }
  }
}
