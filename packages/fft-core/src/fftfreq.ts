import { show, ValueError } from "@apr-kit/contracts";

/**
 * Lists the frequencies of a transform, in its order.
 *
 *     0, 1, …, ⌈n/2⌉-1, -⌊n/2⌋, …, -1,   each divided by n
 *
 * @param n number of samples, ≥ 1
 * @returns cycles per sample (per pixel), in [-1/2, 1/2)
 *
 * Convention: as numpy.fft.fftfreq; for even n the highest frequency counts as negative.
 *
 * @throws {ValueError} if n is not an integer ≥ 1
 * @example
 * fftfreq(4); // 0, 0.25, -0.5, -0.25
 */
export function fftfreq(n: number): Float64Array {
  assertCount("fftfreq", n);
  return Float64Array.from({ length: n }, (_, k) => (k < n / 2 ? k : k - n) / n);
}

/**
 * Lists the frequencies that the half spectrum of a real transform keeps.
 *
 *     0, 1, …, ⌊n/2⌋,   each divided by n
 *
 * @param n number of samples of the real signal, ≥ 1
 * @returns cycles per sample (per pixel), in [0, 1/2]
 *
 * @throws {ValueError} if n is not an integer ≥ 1
 * @example
 * rfftfreq(5); // 0, 0.2, 0.4
 */
export function rfftfreq(n: number): Float64Array {
  assertCount("rfftfreq", n);
  return Float64Array.from({ length: Math.floor(n / 2) + 1 }, (_, k) => k / n);
}

function assertCount(where: string, n: number): void {
  if (!(Number.isInteger(n) && n >= 1)) {
    throw new ValueError(where, { expected: "n to be an integer ≥ 1", actual: show(n) });
  }
}
