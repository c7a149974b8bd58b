import { philoxUnit } from "./philoxUnit.ts";

/** Four 32-bit words: a Philox counter, or one block of its output. */
export type Words4 = readonly [number, number, number, number];

const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9; // the golden ratio
const WEYL_1 = 0xbb67ae85; // √3 - 1
const ROUNDS = 10;
const LEAST_FOR_UNIT = 16; // blocks; fewer are not worth the calls

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

/**
 * Fills memory with the blocks of `counter` and of those after it, whose first word is one, two ... more.
 *
 * @param blocks four words for each block
 */
export function writePhilox4x32(
  blocks: Uint32Array,
  counter: ArrayLike<number>,
  key: ArrayLike<number>,
): void {
  const count = blocks.length >> 2;
  const unit = count < LEAST_FOR_UNIT ? undefined : philoxUnit();
  const byUnit = unit === undefined ? 0 : count - (count % 4);
  for (let done = 0; unit !== undefined && done < byUnit; done += unit.capacity) {
    const part = Math.min(unit.capacity, byUnit - done);
    const [c0, c1, c2, c3] = [counter[0]! + done, counter[1]!, counter[2]!, counter[3]!];
    unit.fill(0, part, c0, c1, c2, c3, key[0]!, key[1]!);
    blocks.set(unit.words.subarray(0, 4 * part), 4 * done);
  }
  writeByScript(blocks, byUnit, counter, key);
}

/** As {@link writePhilox4x32}, from block number `start` on and without WebAssembly. */
export function writeByScript(
  blocks: Uint32Array,
  start: number,
  counter: ArrayLike<number>,
  key: ArrayLike<number>,
): void {
  const first = counter[0]! | 0;
  const count = blocks.length >> 2;
  for (let block = start; block < count; block++) {
    let c0 = (first + block) | 0;
    let c1 = counter[1]! | 0;
    let c2 = counter[2]! | 0;
    let c3 = counter[3]! | 0;
    let k0 = key[0]! | 0;
    let k1 = key[1]! | 0;
    for (let round = 0; round < ROUNDS; round++) {
      const low0 = imul(MULTIPLIER_0, c0);
      const high0 = upperWord(MULTIPLIER_0 * (c0 >>> 0), low0);
      const low1 = imul(MULTIPLIER_1, c2);
      const high1 = upperWord(MULTIPLIER_1 * (c2 >>> 0), low1);
      c0 = high1 ^ c1 ^ k0;
      c1 = low1;
      c2 = high0 ^ c3 ^ k1;
      c3 = low0;
      k0 = (k0 + WEYL_0) | 0;
      k1 = (k1 + WEYL_1) | 0;
    }
    blocks[4 * block] = c0;
    blocks[4 * block + 1] = c1;
    blocks[4 * block + 2] = c2;
    blocks[4 * block + 3] = c3;
  }
}

/**
 * Upper 32 bits of an unsigned 64-bit product whose lower 32 are known. A double holds the product up to an error
 * of 2^10, and as much again is lost when `low` is taken off: 2^-21 of the upper word's unit, so rounding is exact.
 */
function upperWord(product: number, low: number): number {
  return ((product - (low >>> 0)) / 2 ** 32 + 0.5) | 0;
}
