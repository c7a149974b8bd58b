import type { AxisTransform, Layout } from "./axisTransform.ts";
import type { Planes } from "./planes.ts";
import { rootsOfUnity } from "./rootsOfUnity.ts";

/** One step of the factorisation: `radix` sums of length `length / radix` become the next step's input. */
interface Pass {
  readonly radix: number;
  readonly length: number;
  /** exp(-2πi·k/length) */
  readonly twiddles: Planes;
  /** exp(-2πi·k/radix) */
  readonly roots: Planes;
}

/**
 * Plans a discrete Fourier transform by its prime factors.
 *
 *     X[k] = Σ_n x[n] · exp(-2πi·k·n/length),   k = 0..length-1, no scale factor
 *
 * @param length positive; the cost grows with the sum of its prime factors
 *
 * Convention: the self-sorting (Stockham) order. A pass of radix r turns element q + s·(p + m·j) into
 * q + s·(r·p + k), with m = length/r, where s counts the elements that move together. Starting with
 * s = `inner` transforms any axis of a row-major array in place of a transposition.
 *
 * @see Van Loan, Computational Frameworks for the Fast Fourier Transform, SIAM 1992, §1.7.
 */
export function planMixedRadix(length: number): AxisTransform {
  const passes = listPasses(length);
  return (input, work, { outer, inner }) => {
    let [from, to] = [input, work];
    let s = inner;
    for (const pass of passes) {
      runPass(pass, from, to, { outer, inner: s });
      [from, to] = [to, from];
      s *= pass.radix;
    }
    return from;
  };
}

/** Prime factors in increasing order, with pairs of twos joined to fours. */
export function factorize(length: number): number[] {
  const factors: number[] = [];
  let rest = length;
  for (let candidate = 4; rest > 1; candidate = nextCandidate(candidate)) {
    while (rest % candidate === 0) {
      factors.push(candidate);
      rest /= candidate;
    }
  }
  return factors;
}

const LARGEST_DIRECT_PRIME = 31; // above it the transforms of Bluestein are cheaper than p sums

/** Whether passes are the way for this length, rather than Bluestein's transform. */
export function isSmooth(length: number): boolean {
  return factorize(length).every((factor) => factor <= LARGEST_DIRECT_PRIME);
}

/** 4, 2, 3, 5, 7, 9, ... */
function nextCandidate(candidate: number): number {
  if (candidate === 4) return 2;
  return candidate === 2 ? 3 : candidate + 2;
}

function listPasses(length: number): Pass[] {
  let rest = length;
  return factorize(length).map((radix) => {
    const pass = {
      radix,
      length: rest,
      twiddles: rootsOfUnity(rest),
      roots: rootsOfUnity(radix),
    };
    rest /= radix;
    return pass;
  });
}

function runPass(pass: Pass, from: Planes, to: Planes, layout: Layout): void {
  if (pass.radix === 2) passOfTwo(pass, from, to, layout);
  else if (pass.radix === 4) passOfFour(pass, from, to, layout);
  else passOfOdd(pass, from, to, layout);
}

function passOfTwo({ length, twiddles }: Pass, from: Planes, to: Planes, layout: Layout): void {
  const { outer, inner: s } = layout;
  const m = length / 2;
  for (let block = 0; block < outer; block++) {
    const base = block * length * s;
    for (let p = 0; p < m; p++) {
      const wRe = twiddles.re[p]!;
      const wIm = twiddles.im[p]!;
      for (let q = 0; q < s; q++) {
        const a = base + q + s * p;
        const b = a + s * m;
        const y = base + q + s * 2 * p;
        const dRe = from.re[a]! - from.re[b]!;
        const dIm = from.im[a]! - from.im[b]!;
        to.re[y] = from.re[a]! + from.re[b]!;
        to.im[y] = from.im[a]! + from.im[b]!;
        to.re[y + s] = dRe * wRe - dIm * wIm;
        to.im[y + s] = dRe * wIm + dIm * wRe;
      }
    }
  }
}

function passOfFour({ length, twiddles }: Pass, from: Planes, to: Planes, layout: Layout): void {
  const { outer, inner: s } = layout;
  const { re: xRe, im: xIm } = from;
  const { re: yRe, im: yIm } = to;
  const m = length / 4;
  for (let block = 0; block < outer; block++) {
    const base = block * length * s;
    for (let p = 0; p < m; p++) {
      const w1Re = twiddles.re[p]!;
      const w1Im = twiddles.im[p]!;
      const w2Re = twiddles.re[2 * p]!;
      const w2Im = twiddles.im[2 * p]!;
      const w3Re = twiddles.re[3 * p]!;
      const w3Im = twiddles.im[3 * p]!;
      for (let q = 0; q < s; q++) {
        const a = base + q + s * p;
        const b = a + s * m;
        const c = b + s * m;
        const d = c + s * m;
        const y = base + q + s * 4 * p;
        const sumRe = xRe[a]! + xRe[c]!;
        const sumIm = xIm[a]! + xIm[c]!;
        const gapRe = xRe[a]! - xRe[c]!;
        const gapIm = xIm[a]! - xIm[c]!;
        const oddSumRe = xRe[b]! + xRe[d]!;
        const oddSumIm = xIm[b]! + xIm[d]!;
        const oddGapRe = xRe[b]! - xRe[d]!;
        const oddGapIm = xIm[b]! - xIm[d]!;
        const b1Re = gapRe + oddGapIm; // gap - i·oddGap
        const b1Im = gapIm - oddGapRe;
        const b2Re = sumRe - oddSumRe;
        const b2Im = sumIm - oddSumIm;
        const b3Re = gapRe - oddGapIm; // gap + i·oddGap
        const b3Im = gapIm + oddGapRe;
        yRe[y] = sumRe + oddSumRe;
        yIm[y] = sumIm + oddSumIm;
        yRe[y + s] = b1Re * w1Re - b1Im * w1Im;
        yIm[y + s] = b1Re * w1Im + b1Im * w1Re;
        yRe[y + 2 * s] = b2Re * w2Re - b2Im * w2Im;
        yIm[y + 2 * s] = b2Re * w2Im + b2Im * w2Re;
        yRe[y + 3 * s] = b3Re * w3Re - b3Im * w3Im;
        yIm[y + 3 * s] = b3Re * w3Im + b3Im * w3Re;
      }
    }
  }
}

/**
 * Any odd radix r, by pairs: with u = x[j] + x[r-j] and v = x[j] - x[r-j], j = 1..(r-1)/2,
 * b[k] and b[r-k] are x[0] + Σ u·cos(2πjk/r) ∓ i·Σ v·sin(2πjk/r).
 */
function passOfOdd(pass: Pass, from: Planes, to: Planes, { outer, inner: s }: Layout): void {
  const { radix, length, twiddles, roots } = pass;
  const { re: xRe, im: xIm } = from;
  const m = length / radix;
  const pairs = (radix - 1) / 2;
  for (let block = 0; block < outer; block++) {
    const base = block * length * s;
    for (let p = 0; p < m; p++) {
      for (let q = 0; q < s; q++) {
        const x = base + q + s * p;
        const y = base + q + s * radix * p;
        let totalRe = xRe[x]!;
        let totalIm = xIm[x]!;
        for (let j = 1; j < radix; j++) {
          totalRe += xRe[x + s * m * j]!;
          totalIm += xIm[x + s * m * j]!;
        }
        to.re[y] = totalRe;
        to.im[y] = totalIm;
        for (let k = 1; k <= pairs; k++) {
          let evenRe = xRe[x]!;
          let evenIm = xIm[x]!;
          let oddRe = 0;
          let oddIm = 0;
          for (let j = 1, turn = k; j <= pairs; j++, turn = (turn + k) % radix) {
            const near = x + s * m * j;
            const far = x + s * m * (radix - j);
            const cosine = roots.re[turn]!;
            const sine = -roots.im[turn]!;
            evenRe += (xRe[near]! + xRe[far]!) * cosine;
            evenIm += (xIm[near]! + xIm[far]!) * cosine;
            oddRe += (xRe[near]! - xRe[far]!) * sine;
            oddIm += (xIm[near]! - xIm[far]!) * sine;
          }
          store(to, y + s * k, evenRe + oddIm, evenIm - oddRe, twiddles, p * k);
          store(to, y + s * (radix - k), evenRe - oddIm, evenIm + oddRe, twiddles, p * (radix - k));
        }
      }
    }
  }
}

function store(to: Planes, at: number, re: number, im: number, twiddles: Planes, k: number): void {
  const wRe = twiddles.re[k]!;
  const wIm = twiddles.im[k]!;
  to.re[at] = re * wRe - im * wIm;
  to.im[at] = re * wIm + im * wRe;
}
