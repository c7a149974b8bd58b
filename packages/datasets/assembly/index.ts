/**
 * @file The two passes of a separable resampling over bytes of RGB, with fixed-point weights, as src/resample/resamplePlainly.ts
 * has them. Addresses and offsets count bytes.
 *
 * A table holds for each output place the offset of its first input, i32, then for each two taps the upper parts of
 * their weights, 2 × i16, and the lower 15 bits, 2 × i16. All places have as many pairs; spare weights are 0, and what
 * they weigh may lie anywhere in memory. Up to 16 bytes behind `to` are overwritten.
 */

const LOW_BITS = 15;
const WEIGHT_BITS = 22;
const HALF = 1 << (WEIGHT_BITS - 1);

/**
 * Resamples rows along their width.
 *
 * @param from rows × rowBytes
 * @param to   rows × pixels × 3
 */
export function resampleRows(
  to: usize,
  from: usize,
  rowBytes: usize,
  rows: i32,
  table: usize,
  pixels: i32,
  pairs: i32,
): void {
  const zero = i32x4.splat(0);
  for (let y = 0; y < rows; y++) {
    let tap = table;
    for (let x = 0; x < pixels; x++) {
      let at = from + <usize>load<i32>(tap);
      tap += 4;
      let high = zero;
      let low = zero;
      for (let k = 0; k < pairs; k++) {
        // red, red, green, green, blue, blue of two pixels, each widened to 16 bits
        const two = v128.shuffle<u8>(
          v128.load_zero<i64>(at),
          zero,
          0,
          16,
          3,
          16,
          1,
          16,
          4,
          16,
          2,
          16,
          5,
          16,
          16,
          16,
          16,
          16,
        );
        high = i32x4.add(high, i32x4.dot_i16x8_s(two, v128.load_splat<i32>(tap)));
        low = i32x4.add(low, i32x4.dot_i16x8_s(two, v128.load_splat<i32>(tap, 4)));
        at += 6;
        tap += 8;
      }
      const words = i16x8.narrow_i32x4_s(rounded(high, low), zero);
      v128.store_lane<i32>(to, i8x16.narrow_i16x8_u(words, words), 0); // the fourth byte is the next pixel's
      to += 3;
    }
    from += rowBytes;
  }
}

/**
 * Resamples columns along their height.
 *
 * @param from rows of rowBytes
 * @param to   rows × rowBytes
 */
export function resampleColumns(
  to: usize,
  from: usize,
  rowBytes: usize,
  rows: i32,
  table: usize,
  pairs: i32,
): void {
  const zero = i32x4.splat(0);
  for (let y = 0; y < rows; y++) {
    const first = from + <usize>load<i32>(table);
    const weights = table + 4;
    for (let i: usize = 0; i < rowBytes; i += 16) {
      let high0 = zero,
        high1 = zero,
        high2 = zero,
        high3 = zero;
      let low0 = zero,
        low1 = zero,
        low2 = zero,
        low3 = zero;
      let at = first + i;
      let tap = weights;
      for (let k = 0; k < pairs; k++) {
        const upper = v128.load(at);
        const lower = v128.load(at + rowBytes);
        const left = v128.shuffle<u8>(
          upper,
          lower,
          0,
          16,
          1,
          17,
          2,
          18,
          3,
          19,
          4,
          20,
          5,
          21,
          6,
          22,
          7,
          23,
        );
        const right = v128.shuffle<u8>(
          upper,
          lower,
          8,
          24,
          9,
          25,
          10,
          26,
          11,
          27,
          12,
          28,
          13,
          29,
          14,
          30,
          15,
          31,
        );
        const two0 = i16x8.extend_low_i8x16_u(left);
        const two1 = i16x8.extend_high_i8x16_u(left);
        const two2 = i16x8.extend_low_i8x16_u(right);
        const two3 = i16x8.extend_high_i8x16_u(right);
        const highs = v128.load_splat<i32>(tap);
        const lows = v128.load_splat<i32>(tap, 4);
        high0 = i32x4.add(high0, i32x4.dot_i16x8_s(two0, highs));
        high1 = i32x4.add(high1, i32x4.dot_i16x8_s(two1, highs));
        high2 = i32x4.add(high2, i32x4.dot_i16x8_s(two2, highs));
        high3 = i32x4.add(high3, i32x4.dot_i16x8_s(two3, highs));
        low0 = i32x4.add(low0, i32x4.dot_i16x8_s(two0, lows));
        low1 = i32x4.add(low1, i32x4.dot_i16x8_s(two1, lows));
        low2 = i32x4.add(low2, i32x4.dot_i16x8_s(two2, lows));
        low3 = i32x4.add(low3, i32x4.dot_i16x8_s(two3, lows));
        at += 2 * rowBytes;
        tap += 8;
      }
      const left = i16x8.narrow_i32x4_s(rounded(high0, low0), rounded(high1, low1));
      const right = i16x8.narrow_i32x4_s(rounded(high2, low2), rounded(high3, low3));
      v128.store(to + i, i8x16.narrow_i16x8_u(left, right));
    }
    to += rowBytes;
    table += 4 + 8 * pairs;
  }
}

/** The weighed sum without its fraction; narrowing then clamps it to a byte. */
function rounded(high: v128, low: v128): v128 {
  const sum = i32x4.add(i32x4.shl(high, LOW_BITS), low);
  return i32x4.shr_s(i32x4.add(sum, i32x4.splat(HALF)), WEIGHT_BITS);
}
