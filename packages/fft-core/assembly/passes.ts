/**
 * @file Passes of the self-sorting mixed-radix transform of ../src/fourier/mixedRadix.ts, four numbers at once.
 *
 * Arrays are [length, inner] of float32, the real and the imaginary parts apart. `inner` counts bytes and is
 * a multiple of 16. Tables hold pairs (re, im): `twiddles` exp(-2πi·k/length), `roots` exp(-2πi·k/radix).
 * A pass with `m` = length/radix turns row p + m·j into row radix·p + k.
 */

function splat(table: usize, index: i32): v128 {
  return v128.load32_splat(table + ((<usize>index) << 2));
}

/** Stores (re + i·im)·(wRe + i·wIm). */
function storeTurned(toRe: usize, toIm: usize, re: v128, im: v128, wRe: v128, wIm: v128): void {
  v128.store(toRe, f32x4.sub(f32x4.mul(re, wRe), f32x4.mul(im, wIm)));
  v128.store(toIm, f32x4.add(f32x4.mul(re, wIm), f32x4.mul(im, wRe)));
}

export function passOfTwo(
  fromRe: usize,
  fromIm: usize,
  toRe: usize,
  toIm: usize,
  m: i32,
  s: usize,
  twiddles: usize,
): void {
  const apart = s * <usize>m;
  for (let p: i32 = 0; p < m; p++) {
    const xRe = fromRe + s * <usize>p;
    const xIm = fromIm + s * <usize>p;
    const yRe = toRe + 2 * s * <usize>p;
    const yIm = toIm + 2 * s * <usize>p;
    const wRe = splat(twiddles, 2 * p);
    const wIm = splat(twiddles, 2 * p + 1);
    for (let q: usize = 0; q < s; q += 16) {
      const aRe = v128.load(xRe + q);
      const aIm = v128.load(xIm + q);
      const bRe = v128.load(xRe + q + apart);
      const bIm = v128.load(xIm + q + apart);
      v128.store(yRe + q, f32x4.add(aRe, bRe));
      v128.store(yIm + q, f32x4.add(aIm, bIm));
      const re = f32x4.sub(aRe, bRe);
      const im = f32x4.sub(aIm, bIm);
      storeTurned(yRe + q + s, yIm + q + s, re, im, wRe, wIm);
    }
  }
}

export function passOfFour(
  fromRe: usize,
  fromIm: usize,
  toRe: usize,
  toIm: usize,
  m: i32,
  s: usize,
  twiddles: usize,
): void {
  const apart = s * <usize>m;
  for (let p: i32 = 0; p < m; p++) {
    const xRe = fromRe + s * <usize>p;
    const xIm = fromIm + s * <usize>p;
    const yRe = toRe + 4 * s * <usize>p;
    const yIm = toIm + 4 * s * <usize>p;
    const w1Re = splat(twiddles, 2 * p);
    const w1Im = splat(twiddles, 2 * p + 1);
    const w2Re = splat(twiddles, 4 * p);
    const w2Im = splat(twiddles, 4 * p + 1);
    const w3Re = splat(twiddles, 6 * p);
    const w3Im = splat(twiddles, 6 * p + 1);
    for (let q: usize = 0; q < s; q += 16) {
      const aRe = v128.load(xRe + q);
      const aIm = v128.load(xIm + q);
      const bRe = v128.load(xRe + q + apart);
      const bIm = v128.load(xIm + q + apart);
      const cRe = v128.load(xRe + q + 2 * apart);
      const cIm = v128.load(xIm + q + 2 * apart);
      const dRe = v128.load(xRe + q + 3 * apart);
      const dIm = v128.load(xIm + q + 3 * apart);
      const sumRe = f32x4.add(aRe, cRe);
      const sumIm = f32x4.add(aIm, cIm);
      const gapRe = f32x4.sub(aRe, cRe);
      const gapIm = f32x4.sub(aIm, cIm);
      const oddSumRe = f32x4.add(bRe, dRe);
      const oddSumIm = f32x4.add(bIm, dIm);
      const oddGapRe = f32x4.sub(bRe, dRe);
      const oddGapIm = f32x4.sub(bIm, dIm);
      const re = yRe + q;
      const im = yIm + q;
      v128.store(re, f32x4.add(sumRe, oddSumRe));
      v128.store(im, f32x4.add(sumIm, oddSumIm));
      const y1Re = f32x4.add(gapRe, oddGapIm); // gap - i·oddGap
      const y1Im = f32x4.sub(gapIm, oddGapRe);
      const y2Re = f32x4.sub(sumRe, oddSumRe);
      const y2Im = f32x4.sub(sumIm, oddSumIm);
      const y3Re = f32x4.sub(gapRe, oddGapIm); // gap + i·oddGap
      const y3Im = f32x4.add(gapIm, oddGapRe);
      if (p === 0) {
        v128.store(re + s, y1Re);
        v128.store(im + s, y1Im);
        v128.store(re + 2 * s, y2Re);
        v128.store(im + 2 * s, y2Im);
        v128.store(re + 3 * s, y3Re);
        v128.store(im + 3 * s, y3Im);
      } else {
        storeTurned(re + s, im + s, y1Re, y1Im, w1Re, w1Im);
        storeTurned(re + 2 * s, im + 2 * s, y2Re, y2Im, w2Re, w2Im);
        storeTurned(re + 3 * s, im + 3 * s, y3Re, y3Im, w3Re, w3Im);
      }
    }
  }
}

/**
 * Any odd radix r, by pairs: with u = x[j] + x[r-j] and v = x[j] - x[r-j], j = 1..(r-1)/2, outputs k and
 * r-k are x[0] + Σ u·cos(2πjk/r) ∓ i·Σ v·sin(2πjk/r).
 */
export function passOfOdd(
  fromRe: usize,
  fromIm: usize,
  toRe: usize,
  toIm: usize,
  m: i32,
  s: usize,
  twiddles: usize,
  radix: i32,
  roots: usize,
): void {
  const apart = s * <usize>m;
  const pairs = (radix - 1) >> 1;
  for (let p: i32 = 0; p < m; p++) {
    for (let q: usize = 0; q < s; q += 16) {
      const xRe = fromRe + s * <usize>p + q;
      const xIm = fromIm + s * <usize>p + q;
      const yRe = toRe + s * <usize>(radix * p) + q;
      const yIm = toIm + s * <usize>(radix * p) + q;
      const firstRe = v128.load(xRe);
      const firstIm = v128.load(xIm);
      let totalRe = firstRe;
      let totalIm = firstIm;
      for (let j: i32 = 1; j <= pairs; j++) {
        const near = apart * <usize>j;
        const far = apart * <usize>(radix - j);
        totalRe = f32x4.add(totalRe, f32x4.add(v128.load(xRe + near), v128.load(xRe + far)));
        totalIm = f32x4.add(totalIm, f32x4.add(v128.load(xIm + near), v128.load(xIm + far)));
      }
      v128.store(yRe, totalRe);
      v128.store(yIm, totalIm);
      for (let k: i32 = 1; k <= pairs; k++) {
        let evenRe = firstRe;
        let evenIm = firstIm;
        let oddRe = f32x4.splat(0);
        let oddIm = f32x4.splat(0);
        let turn = k;
        for (let j: i32 = 1; j <= pairs; j++) {
          const near = apart * <usize>j;
          const far = apart * <usize>(radix - j);
          const cosine = splat(roots, 2 * turn);
          const sine = splat(roots, 2 * turn + 1); // of the negative angle
          const nearRe = v128.load(xRe + near);
          const nearIm = v128.load(xIm + near);
          const farRe = v128.load(xRe + far);
          const farIm = v128.load(xIm + far);
          evenRe = f32x4.add(evenRe, f32x4.mul(f32x4.add(nearRe, farRe), cosine));
          evenIm = f32x4.add(evenIm, f32x4.mul(f32x4.add(nearIm, farIm), cosine));
          oddRe = f32x4.add(oddRe, f32x4.mul(f32x4.sub(nearRe, farRe), sine));
          oddIm = f32x4.add(oddIm, f32x4.mul(f32x4.sub(nearIm, farIm), sine));
          turn += k;
          if (turn >= radix) turn -= radix;
        }
        const near = s * <usize>k;
        const far = s * <usize>(radix - k);
        storeTurned(
          yRe + near,
          yIm + near,
          f32x4.sub(evenRe, oddIm),
          f32x4.add(evenIm, oddRe),
          splat(twiddles, 2 * p * k),
          splat(twiddles, 2 * p * k + 1),
        );
        storeTurned(
          yRe + far,
          yIm + far,
          f32x4.add(evenRe, oddIm),
          f32x4.sub(evenIm, oddRe),
          splat(twiddles, 2 * p * (radix - k)),
          splat(twiddles, 2 * p * (radix - k) + 1),
        );
      }
    }
  }
}

/** Rows of `bytes`, a multiple of 16: to[k] = from[k]·table[k]. */
export function turnRows(
  fromRe: usize,
  fromIm: usize,
  fromRow: usize,
  toRe: usize,
  toIm: usize,
  toRow: usize,
  rows: i32,
  bytes: usize,
  table: usize,
): void {
  for (let k: i32 = 0; k < rows; k++) {
    const wRe = splat(table, 2 * k);
    const wIm = splat(table, 2 * k + 1);
    const from = fromRow * <usize>k;
    const to = toRow * <usize>k;
    for (let q: usize = 0; q < bytes; q += 16) {
      const re = v128.load(fromRe + from + q);
      const im = v128.load(fromIm + from + q);
      storeTurned(toRe + to + q, toIm + to + q, re, im, wRe, wIm);
    }
  }
}
