import { describe, expect, test } from "@jest/globals";
import { philox4x32, type Words4 } from "./philox.ts";

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

function countOnes(word: number): number {
  return (word >>> 0).toString(2).replaceAll("0", "").length;
}
