import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { philox4x32 } from "./philox.ts";
import { createRng, type RngKey } from "./rng.ts";

const DRAWS = 20_000;

const keys: fc.Arbitrary<Required<RngKey>> = fc.record({
  seed: fc.maxSafeNat(),
  purpose: fc.string(),
  epoch: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  sample: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
});

function draw(key: RngKey, length = 8): number[] {
  const rng = createRng(key);
  return Array.from({ length }, () => rng.uint32());
}

describe("createRng", () => {
  test("gives the words of Philox with the documented key and counter", () => {
    // FNV-1a of "" is its offset basis, so the first block is philox([0, 3, 2, 0x811c9dc5], [1, 0]).
    expect(draw({ seed: 1, purpose: "", epoch: 2, sample: 3 }, 4)).toEqual([
      0xae486683, 0x79d9bd68, 0xf96a1040, 0x5b94e0f8,
    ]);
  });

  test("repeats a stream for equal keys", () => {
    fc.assert(fc.property(keys, (key) => expect(draw(key)).toEqual(draw({ ...key }))));
  });

  test("gives another stream when any part of the key changes", () => {
    const key = { seed: 5, purpose: "crop", epoch: 1, sample: 2 };
    const streams = [
      key,
      { ...key, seed: 6 },
      { ...key, seed: 5 + 2 ** 32 },
      { ...key, purpose: "flip" },
      { ...key, epoch: 2 },
      { ...key, sample: 1 },
      { ...key, epoch: 2, sample: 1 },
    ].map((each) => draw(each).join());
    expect(new Set(streams).size).toBe(streams.length);
  });

  test("counts epoch and sample from 0 when they are left out", () => {
    expect(draw({ seed: 9, purpose: "x" })).toEqual(
      draw({ seed: 9, purpose: "x", epoch: 0, sample: 0 }),
    );
  });

  test.each([
    [{ seed: -1 }, "createRng: expected seed to be an integer in [0, 2^53), got -1"],
    [
      { seed: 2 ** 53 },
      "createRng: expected seed to be an integer in [0, 2^53), got 9007199254740992",
    ],
    [{ seed: Number.NaN }, "createRng: expected seed to be an integer in [0, 2^53), got NaN"],
    [{ epoch: 0.5 }, "createRng: expected epoch to be an integer in [0, 2^32), got 0.5"],
    [
      { sample: 2 ** 32 },
      "createRng: expected sample to be an integer in [0, 2^32), got 4294967296",
    ],
  ])("refuses %j", (part, message) => {
    expect(() => createRng({ seed: 0, purpose: "x", ...part })).toThrow(message);
  });
});

describe("Rng", () => {
  test("uniform takes two words and fills 53 bits", () => {
    fc.assert(
      fc.property(keys, (key) => {
        const [first, second] = draw(key, 2) as [number, number];
        const value = createRng(key).uniform();
        expect(value).toBe(((first >>> 5) * 2 ** 26 + (second >>> 6)) / 2 ** 53);
        expect(value >= 0 && value < 1).toBe(true);
      }),
    );
  });

  test("integer stays below its bound and takes each value equally often", () => {
    const rng = createRng({ seed: 1, purpose: "dice" });
    const counts = [0, 0, 0, 0, 0, 0];
    for (let i = 0; i < DRAWS; i++) {
      const value = rng.integer(6);
      counts[value] = (counts[value] as number) + 1;
    }
    const expected = DRAWS / 6;
    const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    expect(counts).toHaveLength(6);
    expect(chiSquare).toBeLessThan(20.5); // 99.9 % point, 5 degrees of freedom
  });

  test("integer draws again where a plain remainder would favour small results", () => {
    const bound = 3 * 2 ** 30; // a quarter of all words lies above the largest multiple
    const words = draw({ seed: 3, purpose: "reject" }, 64);
    const rng = createRng({ seed: 3, purpose: "reject" });
    const kept = words.filter((word) => word < bound);
    expect(kept.length).toBeLessThan(words.length);
    expect(kept.map(() => rng.integer(bound))).toEqual(kept);
  });

  test("integer takes bounds from 1 to 2^32 and no others", () => {
    const rng = createRng({ seed: 0, purpose: "x" });
    expect(rng.integer(1)).toBe(0);
    expect(rng.integer(2 ** 32)).toBe(draw({ seed: 0, purpose: "x" })[1]);
    for (const bound of [0, -1, 1.5, 2 ** 32 + 1, Number.NaN]) {
      expect(() => rng.integer(bound)).toThrow(
        `Rng.integer: expected bound to be an integer in [1, 2^32], got ${bound}`,
      );
    }
  });

  test("normal has the moments and the tails of a standard normal", () => {
    const rng = createRng({ seed: 2, purpose: "noise" });
    const values = Array.from({ length: DRAWS }, () => rng.normal());
    const mean = (power: number): number => values.reduce((sum, x) => sum + x ** power, 0) / DRAWS;
    expect(Math.abs(mean(1))).toBeLessThan(0.03); // four standard errors of each
    expect(Math.abs(mean(2) - 1)).toBeLessThan(0.04);
    expect(Math.abs(mean(4) - 3)).toBeLessThan(0.28);
    const beyondTwo = values.filter((x) => Math.abs(x) > 2).length / DRAWS;
    expect(Math.abs(beyondTwo - 0.0455)).toBeLessThan(0.006);
  });

  test("normal takes four words for two numbers", () => {
    const key = { seed: 4, purpose: "pair" };
    const rng = createRng(key);
    rng.normal();
    rng.normal();
    expect(rng.uint32()).toBe(draw(key)[4]);
  });

  test("permutation holds each index once", () => {
    fc.assert(
      fc.property(keys, fc.integer({ min: 0, max: 50 }), (key, length) => {
        const order = createRng(key).permutation(length);
        expect([...order].sort((a, b) => a - b)).toEqual([...Array(length).keys()]);
      }),
    );
  });

  test("permutation gives all orders of three equally often", () => {
    const rng = createRng({ seed: 8, purpose: "orders" });
    const counts = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const order = rng.permutation(3).join();
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(120);
  });

  test.each([-1, 1.5, Number.NaN])("permutation refuses length %p", (length) => {
    expect(() => createRng({ seed: 0, purpose: "x" }).permutation(length)).toThrow(
      `Rng.permutation: expected length to be an integer in [0, 2^31), got ${length}`,
    );
  });

  test("fillUniform and fillNormal give the numbers of single calls, wherever the stream stands", () => {
    const steps = fc.array(
      fc.record({
        kind: fc.constantFrom("word", "uniform", "normal", "integer"),
        count: fc.oneof(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 1500 })),
      }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(keys, steps, (key, list) => {
        const [singly, filled] = [createRng(key), createRng(key)];
        for (const { kind, count } of list) {
          const numbers = new Float64Array(count);
          if (kind === "uniform") filled.fillUniform(numbers);
          else if (kind === "normal") filled.fillNormal(numbers);
          else
            numbers.forEach((_, i) => {
              numbers[i] = kind === "word" ? filled.uint32() : filled.integer(7);
            });
          const expected = numbers.map(() => {
            if (kind === "uniform") return singly.uniform();
            if (kind === "normal") return singly.normal();
            return kind === "word" ? singly.uint32() : singly.integer(7);
          });
          expect(Buffer.from(numbers.buffer).equals(Buffer.from(expected.buffer))).toBe(true);
        }
        expect(filled.uint32()).toBe(singly.uint32());
      }),
      { numRuns: 40 },
    );
  });

  test("numbers its blocks from 0, one by one and in batches", () => {
    const words = draw({ seed: 12, purpose: "batches" }, 4096);
    for (const block of [0, 1, 15, 16, 17, 80, 1023]) {
      const expected = philox4x32([block, 0, 0, fnv1aOf("batches")], [12, 0]);
      expect(words.slice(4 * block, 4 * block + 4)).toEqual([...expected]);
    }
  });
});

/** FNV-1a, written another way than in the source. */
function fnv1aOf(text: string): number {
  let hash = 0x811c9dc5n;
  for (const letter of text) {
    hash = ((hash ^ BigInt(letter.charCodeAt(0))) * 0x01000193n) % 2n ** 32n;
  }
  return Number(hash);
}
