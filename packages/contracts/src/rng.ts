import { show, ValueError } from "./errors.ts";
import { writePhilox4x32 } from "./philox.ts";

/** Names one stream of random numbers. Equal keys give equal streams, on any machine, in any order. */
export interface RngKey {
  /** Any integer in [0, 2^53). */
  readonly seed: number;
  /** What is drawn, for example "aprSingle.op": streams of different purposes are independent. */
  readonly purpose: string;
  /** Integer in [0, 2^32), default 0. */
  readonly epoch?: number;
  /** Index of the sample in its data set, in [0, 2^32), default 0. */
  readonly sample?: number;
}

/** A stream of random numbers. Every method names how many 32-bit words it takes from the stream. */
export interface Rng {
  /** Unsigned 32-bit integer; 1 word. */
  uint32(): number;
  /** Uniform on [0, 1) with 53 bits, as numpy.random.random_sample makes it; 2 words. */
  uniform(): number;
  /** Uniform integer in [0, bound), unbiased, 1 ≤ bound ≤ 2^32; 1 word, rarely more. */
  integer(bound: number): number;
  /** Standard normal, Box-Muller; 4 words for every two numbers. */
  normal(): number;
  /** Fills `target` as so many calls of `uniform` do, in a quarter of the time. */
  fillUniform(target: Float64Array): void;
  /** Fills `target` as so many calls of `normal` do, in half the time. */
  fillNormal(target: Float64Array): void;
  /** Uniform random order of 0..length-1, Fisher-Yates from the end; about length words. */
  permutation(length: number): Int32Array;
}

const BLOCKS_BEFORE_BATCHES = 16; // most streams are short
const BATCH_WORDS = 256;
const chunk = new Uint32Array(1024); // of one fill at a time; no fill calls another's code

/**
 * Opens the stream that `key` names.
 *
 * Convention: Philox4x32-10 with key = (low, high word of seed) and counter = (block, sample, epoch,
 * FNV-1a hash of purpose). A sample's draws therefore do not depend on the batch it sits in, on the
 * order of samples, on the number of workers, or on where a run was resumed.
 *
 * @throws {ValueError} if seed, epoch or sample is not an integer in its range
 *
 * @example
 * createRng({ seed: 1, purpose: "doc" }).integer(6) === createRng({ seed: 1, purpose: "doc" }).integer(6)
 */
export function createRng(key: RngKey): Rng {
  const { seed, purpose, epoch = 0, sample = 0 } = key;
  assertInteger("seed", seed, 2 ** 53);
  assertInteger("epoch", epoch, 2 ** 32);
  assertInteger("sample", sample, 2 ** 32);
  const philoxKey = [seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0] as const;
  const purposeWord = fnv1a(purpose);

  const counter = Uint32Array.of(0, sample, epoch, purposeWord);
  let words = new Uint32Array(4);
  let position = 4;
  let spareNormal: number | undefined;
  let lastBound = 1;
  let limit = 2 ** 32;

  function uint32(): number {
    if (position === words.length) {
      if (counter[0] === BLOCKS_BEFORE_BATCHES) words = new Uint32Array(BATCH_WORDS);
      writeBlocks(words);
      position = 0;
    }
    return words[position++] as number;
  }

  function writeBlocks(target: Uint32Array): void {
    writePhilox4x32(target, counter, philoxKey);
    counter[0]! += target.length / 4;
  }

  /** The stream's next words: first those that lie ready, then whole blocks, then the start of one. */
  function fillUint32(target: Uint32Array): void {
    let filled = 0;
    while (filled < target.length && position < words.length) target[filled++] = uint32();
    const whole = target.subarray(filled, target.length - ((target.length - filled) % 4));
    writeBlocks(whole);
    for (filled += whole.length; filled < target.length; filled++) target[filled] = uint32();
  }

  function uniform(): number {
    return uniformFrom(uint32(), uint32());
  }

  function fillUniform(target: Float64Array): void {
    for (let start = 0; start < target.length; start += chunk.length / 2) {
      const count = Math.min(target.length - start, chunk.length / 2);
      fillUint32(chunk.subarray(0, 2 * count));
      for (let i = 0; i < count; i++) {
        target[start + i] = uniformFrom(chunk[2 * i]!, chunk[2 * i + 1]!);
      }
    }
  }

  function integer(bound: number): number {
    if (!(Number.isInteger(bound) && bound >= 1 && bound <= 2 ** 32)) {
      throw new ValueError("Rng.integer", {
        expected: "bound to be an integer in [1, 2^32]",
        actual: show(bound),
      });
    }
    if (bound !== lastBound) {
      lastBound = bound;
      limit = 2 ** 32 - (2 ** 32 % bound); // words at or above it would favour small results
    }
    let word = uint32();
    while (word >= limit) word = uint32();
    return word % bound;
  }

  function normal(): number {
    if (spareNormal !== undefined) {
      const value = spareNormal;
      spareNormal = undefined;
      return value;
    }
    const radius = normalRadius(uniform());
    const angleRadians = 2 * Math.PI * uniform();
    spareNormal = radius * Math.sin(angleRadians);
    return radius * Math.cos(angleRadians);
  }

  function fillNormal(target: Float64Array): void {
    let start = 0;
    if (spareNormal !== undefined && target.length > 0) target[start++] = normal();
    const pairsEnd = target.length - ((target.length - start) % 2);
    fillUniform(target.subarray(start, pairsEnd));
    for (let i = start; i < pairsEnd; i += 2) {
      const radius = normalRadius(target[i]!);
      const angleRadians = 2 * Math.PI * target[i + 1]!;
      target[i] = radius * Math.cos(angleRadians);
      target[i + 1] = radius * Math.sin(angleRadians);
    }
    if (pairsEnd < target.length) target[pairsEnd] = normal();
  }

  function permutation(length: number): Int32Array {
    if (!(Number.isInteger(length) && length >= 0 && length < 2 ** 31)) {
      throw new ValueError("Rng.permutation", {
        expected: "length to be an integer in [0, 2^31)",
        actual: show(length),
      });
    }
    const order = Int32Array.from({ length }, (_, index) => index);
    for (let last = length - 1; last > 0; last--) {
      const chosen = integer(last + 1);
      const value = order[chosen] as number;
      order[chosen] = order[last] as number;
      order[last] = value;
    }
    return order;
  }

  return { uint32, uniform, integer, normal, fillUniform, fillNormal, permutation };
}

/** Two words to a uniform number on [0, 1) with 53 bits. */
function uniformFrom(high: number, low: number): number {
  return ((high >>> 5) * 2 ** 26 + (low >>> 6)) / 2 ** 53;
}

/** Box-Muller's distance from the origin; 1 - u lies in (0, 1]. */
function normalRadius(uniform: number): number {
  return Math.sqrt(-2 * Math.log(1 - uniform));
}

/** FNV-1a over UTF-16 code units: a fixed 32-bit name for a purpose. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return hash >>> 0;
}

function assertInteger(name: string, value: number, bound: number): void {
  if (!(Number.isInteger(value) && value >= 0 && value < bound)) {
    throw new ValueError("createRng", {
      expected: `${name} to be an integer in [0, 2^${Math.log2(bound)})`,
      actual: show(value),
    });
  }
}
