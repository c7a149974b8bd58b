const BITS = 13;
const EXTRA = 2; // bits of fraction kept between the passes
const C0_298 = 2446;
const C0_390 = 3196;
const C0_541 = 4433;
const C0_765 = 6270;
const C0_899 = 7373;
const C1_175 = 9633;
const C1_501 = 12299;
const C1_847 = 15137;
const C1_961 = 16069;
const C2_053 = 16819;
const C2_562 = 20995;
const C3_072 = 25172;

/**
 * Forward cosine transform of an 8 × 8 block, in place, times 8, in libjpeg's accurate integers.
 *
 * @see Loeffler, Ligtenberg and Moschytz, Practical fast 1-D DCT algorithms with 11 multiplications,
 *      ICASSP 1989; libjpeg, jfdctint.c
 */
export function forwardDct(block: Int32Array): void {
  for (let row = 0; row < 64; row += 8) forwardLine(block, row, 1, -EXTRA, BITS - EXTRA);
  for (let column = 0; column < 8; column++) forwardLine(block, column, 8, EXTRA, BITS + EXTRA);
}

/** The inverse of {@link forwardDct}, up to rounding: coefficients in place to samples around 0. */
export function inverseDct(block: Int32Array): void {
  for (let column = 0; column < 8; column++) inverseLine(block, column, 8, BITS - EXTRA);
  for (let row = 0; row < 64; row += 8) inverseLine(block, row, 1, BITS + EXTRA + 3);
}

function forwardLine(b: Int32Array, at: number, step: number, plainShift: number, shift: number) {
  const d0 = b[at]!;
  const d1 = b[at + step]!;
  const d2 = b[at + 2 * step]!;
  const d3 = b[at + 3 * step]!;
  const d4 = b[at + 4 * step]!;
  const d5 = b[at + 5 * step]!;
  const d6 = b[at + 6 * step]!;
  const d7 = b[at + 7 * step]!;
  const t10 = d0 + d7 + (d3 + d4);
  const t13 = d0 + d7 - (d3 + d4);
  const t11 = d1 + d6 + (d2 + d5);
  const t12 = d1 + d6 - (d2 + d5);
  b[at] = plainShift < 0 ? (t10 + t11) << -plainShift : descale(t10 + t11, plainShift);
  b[at + 4 * step] = plainShift < 0 ? (t10 - t11) << -plainShift : descale(t10 - t11, plainShift);
  const even = (t12 + t13) * C0_541;
  b[at + 2 * step] = descale(even + t13 * C0_765, shift);
  b[at + 6 * step] = descale(even - t12 * C1_847, shift);

  const t4 = d3 - d4;
  const t5 = d2 - d5;
  const t6 = d1 - d6;
  const t7 = d0 - d7;
  const z5 = (t4 + t6 + t5 + t7) * C1_175;
  const z1 = -(t4 + t7) * C0_899;
  const z2 = -(t5 + t6) * C2_562;
  const z3 = -(t4 + t6) * C1_961 + z5;
  const z4 = -(t5 + t7) * C0_390 + z5;
  b[at + 7 * step] = descale(t4 * C0_298 + z1 + z3, shift);
  b[at + 5 * step] = descale(t5 * C2_053 + z2 + z4, shift);
  b[at + 3 * step] = descale(t6 * C3_072 + z2 + z3, shift);
  b[at + step] = descale(t7 * C1_501 + z1 + z4, shift);
}

function inverseLine(b: Int32Array, at: number, step: number, shift: number): void {
  const c0 = b[at]!;
  const c1 = b[at + step]!;
  const c2 = b[at + 2 * step]!;
  const c3 = b[at + 3 * step]!;
  const c4 = b[at + 4 * step]!;
  const c5 = b[at + 5 * step]!;
  const c6 = b[at + 6 * step]!;
  const c7 = b[at + 7 * step]!;
  const even = (c2 + c6) * C0_541;
  const e2 = even - c6 * C1_847;
  const e3 = even + c2 * C0_765;
  const e0 = (c0 + c4) * 2 ** BITS;
  const e1 = (c0 - c4) * 2 ** BITS;

  const z5 = (c7 + c3 + c5 + c1) * C1_175;
  const z1 = -(c7 + c1) * C0_899;
  const z2 = -(c5 + c3) * C2_562;
  const z3 = -(c7 + c3) * C1_961 + z5;
  const z4 = -(c5 + c1) * C0_390 + z5;
  const o0 = c7 * C0_298 + z1 + z3;
  const o1 = c5 * C2_053 + z2 + z4;
  const o2 = c3 * C3_072 + z2 + z3;
  const o3 = c1 * C1_501 + z1 + z4;
  b[at] = descale(e0 + e3 + o3, shift);
  b[at + 7 * step] = descale(e0 + e3 - o3, shift);
  b[at + step] = descale(e1 + e2 + o2, shift);
  b[at + 6 * step] = descale(e1 + e2 - o2, shift);
  b[at + 2 * step] = descale(e1 - e2 + o1, shift);
  b[at + 5 * step] = descale(e1 - e2 - o1, shift);
  b[at + 3 * step] = descale(e0 - e3 + o0, shift);
  b[at + 4 * step] = descale(e0 - e3 - o0, shift);
}

/** Divides by 2^shift, rounding half up. */
function descale(value: number, shift: number): number {
  return (value + (1 << (shift - 1))) >> shift;
}
