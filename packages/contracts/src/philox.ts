/** Four 32-bit words: a Philox counter, or one block of its output. */
export type Words4 = readonly [number, number, number, number];

const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9; // the golden ratio
const WEYL_1 = 0xbb67ae85; // √3 - 1
const ROUNDS = 10;

const { imul } = Math; // looking up a global costs more than the multiplication under jest

/**
 * Philox4x32-10: a keyed bijection of 128-bit counters whose outputs pass as random.
 *
 * The same (counter, key) gives the same block on every machine, so a stream needs no state to be
 * resumed and no order to be reproduced.
 *
 * @param counter four unsigned 32-bit words
 * @param key     two unsigned 32-bit words
 * @returns four unsigned 32-bit words
 *
 * @see Salmon et al., Parallel Random Numbers: As Easy as 1, 2, 3, SC 2011, §3.3. Checked against the
 *      known answers of the authors' Random123 library.
 */
export function philox4x32(counter: Words4, key: readonly [number, number]): Words4 {
  const block = new Uint32Array(4);
  writePhilox4x32(block, counter, key);
  return [block[0]!, block[1]!, block[2]!, block[3]!];
}

/** As {@link philox4x32}, into memory that is used again and again. */
export function writePhilox4x32(
  block: Uint32Array,
  counter: ArrayLike<number>,
  key: ArrayLike<number>,
): void {
  let c0 = counter[0]! | 0;
  let c1 = counter[1]! | 0;
  let c2 = counter[2]! | 0;
  let c3 = counter[3]! | 0;
  let k0 = key[0]! | 0;
  let k1 = key[1]! | 0;
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = multiplyHigh(MULTIPLIER_0, c0);
    const low0 = imul(MULTIPLIER_0, c0);
    const high1 = multiplyHigh(MULTIPLIER_1, c2);
    const low1 = imul(MULTIPLIER_1, c2);
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + WEYL_0) | 0;
    k1 = (k1 + WEYL_1) | 0;
  }
  block[0] = c0;
  block[1] = c1;
  block[2] = c2;
  block[3] = c3;
}

/** Upper 32 bits of the unsigned 64-bit product, by 16-bit halves because doubles hold only 53 bits. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carry = aLow * bHigh + (middle & 0xffff);
  return (aHigh * bHigh + (middle >>> 16) + (carry >>> 16)) | 0;
}
