/** @file Philox4x32-10, four blocks at once: lane k of every vector belongs to block k of the four. */

const MULTIPLIER_0: u32 = 0xd2511f53;
const MULTIPLIER_1: u32 = 0xcd9e8d57;
const WEYL_0: u32 = 0x9e3779b9;
const WEYL_1: u32 = 0xbb67ae85;

/**
 * Writes the blocks of the counters (c0 + i, c1, c2, c3).
 *
 * @param to     address of the first word
 * @param blocks a multiple of 4
 */
export function fill(
  to: usize,
  blocks: u32,
  c0: u32,
  c1: u32,
  c2: u32,
  c3: u32,
  k0: u32,
  k1: u32,
): void {
  const m0 = i32x4.splat(MULTIPLIER_0);
  const m1 = i32x4.splat(MULTIPLIER_1);
  for (let block: u32 = 0; block < blocks; block += 4) {
    let v0 = i32x4.add(i32x4.splat(c0 + block), i32x4(0, 1, 2, 3));
    let v1 = i32x4.splat(c1);
    let v2 = i32x4.splat(c2);
    let v3 = i32x4.splat(c3);
    let key0 = k0;
    let key1 = k1;
    for (let round = 0; round < 10; round++) {
      const a = i64x2.extmul_low_i32x4_u(v0, m0);
      const b = i64x2.extmul_high_i32x4_u(v0, m0);
      const c = i64x2.extmul_low_i32x4_u(v2, m1);
      const d = i64x2.extmul_high_i32x4_u(v2, m1);
      const high0 = v128.shuffle<i32>(a, b, 1, 3, 5, 7);
      const high1 = v128.shuffle<i32>(c, d, 1, 3, 5, 7);
      v0 = v128.xor(v128.xor(high1, v1), i32x4.splat(key0));
      v1 = v128.shuffle<i32>(c, d, 0, 2, 4, 6);
      v2 = v128.xor(v128.xor(high0, v3), i32x4.splat(key1));
      v3 = v128.shuffle<i32>(a, b, 0, 2, 4, 6);
      key0 += WEYL_0;
      key1 += WEYL_1;
    }
    const low01 = v128.shuffle<i32>(v0, v1, 0, 4, 1, 5); // blocks 0 and 1, words 0 and 1
    const low23 = v128.shuffle<i32>(v2, v3, 0, 4, 1, 5);
    const high01 = v128.shuffle<i32>(v0, v1, 2, 6, 3, 7);
    const high23 = v128.shuffle<i32>(v2, v3, 2, 6, 3, 7);
    const at = to + 16 * <usize>block;
    v128.store(at, v128.shuffle<i64>(low01, low23, 0, 2));
    v128.store(at + 16, v128.shuffle<i64>(low01, low23, 1, 3));
    v128.store(at + 32, v128.shuffle<i64>(high01, high23, 0, 2));
    v128.store(at + 48, v128.shuffle<i64>(high01, high23, 1, 3));
  }
}
