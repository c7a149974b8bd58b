import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { philox4x32, type Words4, writeByScript, writePhilox4x32 } from "./philox.ts";

/** philox4x32, 10 rounds, from the file kat_vectors of the Random123 library: counter, key, answer. */
const KNOWN_ANSWERS: readonly (readonly [Words4, readonly [number, number], Words4])[] = [
  [
    [0, 0, 0, 0],
    [0, 0],
    [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
  ],
  [
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  ],
  [
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  ],
];

describe("philox4x32", () => {
  test.each(KNOWN_ANSWERS)("of %j under %j is Random123's known answer", (counter, key, answer) => {
    expect(philox4x32(counter, key)).toEqual(answer);
  });

  test("is the published recipe in exact 64-bit products", () => {
    const word = fc.oneof(fc.nat(2 ** 32 - 1), fc.constantFrom(0, 1, 2 ** 31, 2 ** 32 - 1));
    fc.assert(
      fc.property(fc.tuple(word, word, word, word), fc.tuple(word, word), (counter, key) => {
        expect(philox4x32(counter, key)).toEqual(exactPhilox(counter, key));
      }),
      { numRuns: 300 },
    );
  });

  test("many blocks are those of the counters one after another, with WebAssembly and without", () => {
    const word = fc.oneof(fc.nat(2 ** 32 - 1), fc.constantFrom(0, 2 ** 31, 2 ** 32 - 2));
    const words = fc.tuple(word, word, word, word);
    const counts = fc.oneof(fc.nat(70), fc.constantFrom(4095, 4097, 9001));
    fc.assert(
      fc.property(words, fc.tuple(word, word), counts, ([c0, ...rest], key, count) => {
        const counter = [c0 % (2 ** 32 - 9001), ...rest];
        const blocks = new Uint32Array(4 * count);
        writePhilox4x32(blocks, counter, key);
        const byScript = new Uint32Array(4 * count);
        writeByScript(byScript, 0, counter, key);
        expect(Buffer.from(blocks.buffer).equals(Buffer.from(byScript.buffer))).toBe(true);
        const last = [counter[0]! + count - 1, ...rest] as unknown as Words4;
        if (count > 0) expect([...blocks.slice(-4)]).toEqual(exactPhilox(last, key));
      }),
      { numRuns: 50 },
    );
  });

  test("changes about half of the output bits when one input bit changes", () => {
    let flipped = 0;
    for (let bit = 0; bit < 32; bit++) {
      const before = philox4x32([7, 8, 9, 10], [11, 12]);
      const after = philox4x32([(7 ^ (1 << bit)) >>> 0, 8, 9, 10], [11, 12]);
      before.forEach((word, i) => {
        flipped += countOnes(word ^ (after[i] as number));
      });
    }
    expect(flipped / (32 * 128)).toBeCloseTo(0.5, 1); // 4096 bits: standard deviation 0.008
  });
});

function exactPhilox(counter: Words4, key: readonly [number, number]): number[] {
  let [c0, c1, c2, c3] = counter.map(BigInt) as [bigint, bigint, bigint, bigint];
  let [k0, k1] = key.map(BigInt) as [bigint, bigint];
  const mask = 0xffffffffn;
  for (let round = 0; round < 10; round++) {
    const first = 0xd2511f53n * c0;
    const second = 0xcd9e8d57n * c2;
    [c0, c1, c2, c3] = [
      (second >> 32n) ^ c1 ^ k0,
      second & mask,
      (first >> 32n) ^ c3 ^ k1,
      first & mask,
    ];
    k0 = (k0 + 0x9e3779b9n) & mask;
    k1 = (k1 + 0xbb67ae85n) & mask;
  }
  return [c0, c1, c2, c3].map(Number);
}

function countOnes(word: number): number {
  return (word >>> 0).toString(2).replaceAll("0", "").length;
}
