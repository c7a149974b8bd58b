import { rootsOfUnity } from "../fourier/rootsOfUnity.ts";

/** A row-major matrix. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
}

/** A complex transform of the pixels of one image row, as a real matrix on either side. */
export interface RowMatrices {
  /** Complex numbers in the spectrum of a row. */
  readonly frequencies: number;
  /** [width · channel, 2 · frequencies]: all real parts, then all imaginary ones. */
  readonly forward: Matrix;
  /** [2 · frequencies, width · channel]: its inverse. */
  readonly inverse: Matrix;
}

/** Half spectrum of every channel along the row; frequencies are ordered [⌊width/2⌋ + 1, channel]. */
export function halfRowMatrices(width: number, channels: number): RowMatrices {
  const roots = rootsOfUnity(width);
  const half = Math.floor(width / 2) + 1;
  const frequencies = half * channels;
  const forward = zeros(width * channels, 2 * frequencies);
  const inverse = zeros(2 * frequencies, width * channels);
  for (let x = 0; x < width; x++) {
    for (let k = 0; k < half; k++) {
      const weight = hermitianWeight(k, width) / width;
      const turn = (k * x) % width;
      for (let channel = 0; channel < channels; channel++) {
        const pixel = x * channels + channel;
        const at = k * channels + channel;
        set(forward, pixel, at, roots.re[turn]!);
        set(forward, pixel, frequencies + at, roots.im[turn]!);
        set(inverse, at, pixel, weight * roots.re[turn]!);
        set(inverse, frequencies + at, pixel, weight * roots.im[turn]!);
      }
    }
  }
  return { frequencies, forward, inverse };
}

/**
 * What turns the colours of a pixel, on the right of [red, green, blue], into sum, u and v:
 *
 *     s = R + G + B,   u = R - (G + B)/2,   v = B - G
 *
 * The discrete Fourier transform over three channels is s, c and conj(c), c = u + (√3/2)·i·v. The factors
 * are powers of two, so that grey pixels have u = v = 0 exactly, in whatever order a device adds.
 */
export const COLOUR_PLANES: Matrix = {
  rows: 3,
  columns: 3,
  values: Float32Array.of(1, 1, 0, 1, -0.5, -1, 1, -0.5, 1),
};

/**
 * Spectrum of a row of {@link COLOUR_PLANES}: the half spectrum of s, then the full spectrum of c. Those of
 * the third frequency over channels are implied by c. The inverse leads to red, green and blue.
 */
export function colourRowMatrices(width: number): RowMatrices {
  const roots = rootsOfUnity(width);
  const half = Math.floor(width / 2) + 1;
  const frequencies = half + width;
  const forward = zeros(3 * width, 2 * frequencies);
  const inverse = zeros(2 * frequencies, 3 * width);
  const toColours = (row: number, x: number, s: number, u: number, v: number) => {
    set(inverse, row, 3 * x, (s + 2 * u) / (3 * width));
    set(inverse, row, 3 * x + 1, (s - u - Math.sqrt(3) * v) / (3 * width));
    set(inverse, row, 3 * x + 2, (s - u + Math.sqrt(3) * v) / (3 * width));
  };
  for (let x = 0; x < width; x++) {
    for (let k = 0; k < half; k++) {
      const turn = (k * x) % width;
      const weight = hermitianWeight(k, width);
      set(forward, 3 * x, k, roots.re[turn]!);
      set(forward, 3 * x, frequencies + k, roots.im[turn]!);
      toColours(k, x, weight * roots.re[turn]!, 0, 0);
      toColours(frequencies + k, x, weight * roots.im[turn]!, 0, 0);
    }
    for (let k = 0; k < width; k++) {
      const turn = (k * x) % width;
      const [re, im] = [roots.re[turn]!, roots.im[turn]!];
      const at = half + k;
      set(forward, 3 * x + 1, at, re);
      set(forward, 3 * x + 1, frequencies + at, im);
      set(forward, 3 * x + 2, at, -(Math.sqrt(3) / 2) * im); // i·v·(re + i·im)
      set(forward, 3 * x + 2, frequencies + at, (Math.sqrt(3) / 2) * re);
      toColours(at, x, 0, re, -im); // (a + i·b)·(re - i·im), a
      toColours(frequencies + at, x, 0, im, re); // the same, b
    }
  }
  return { frequencies, forward, inverse };
}

/** A complex transform along columns, on the left of rows that alternate between real and imaginary parts. */
export interface ColumnMatrices {
  /** [height, 2 · height]: the real part of each frequency. */
  readonly forwardRe: Matrix;
  readonly forwardIm: Matrix;
  /** [2 · height, height]: what the real part of each frequency gives. */
  readonly inverseRe: Matrix;
  readonly inverseIm: Matrix;
}

export function columnMatrices(height: number): ColumnMatrices {
  const roots = rootsOfUnity(height);
  const [forwardRe, forwardIm] = [zeros(height, 2 * height), zeros(height, 2 * height)];
  const [inverseRe, inverseIm] = [zeros(2 * height, height), zeros(2 * height, height)];
  for (let k = 0; k < height; k++) {
    for (let y = 0; y < height; y++) {
      const turn = (k * y) % height;
      const [re, im] = [roots.re[turn]!, roots.im[turn]!];
      set(forwardRe, k, 2 * y, re);
      set(forwardRe, k, 2 * y + 1, -im);
      set(forwardIm, k, 2 * y, im);
      set(forwardIm, k, 2 * y + 1, re);
      set(inverseRe, 2 * y, k, re / height);
      set(inverseRe, 2 * y + 1, k, -im / height);
      set(inverseIm, 2 * y, k, im / height);
      set(inverseIm, 2 * y + 1, k, re / height);
    }
  }
  return { forwardRe, forwardIm, inverseRe, inverseIm };
}

/** How often frequency `k` of a half spectrum occurs in the full one. */
function hermitianWeight(k: number, size: number): number {
  return k === 0 || 2 * k === size ? 1 : 2;
}

function zeros(rows: number, columns: number): Matrix {
  return { rows, columns, values: new Float32Array(rows * columns) };
}

function set({ columns, values }: Matrix, row: number, column: number, value: number): void {
  values[row * columns + column] = value;
}
