import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { coarseToFine, strideOf } from "../src/grid/coarseToFine.ts";
import { centralRange, frequencies } from "../src/grid/frequencyRange.ts";
import { firstOfPair, isOwnMirror } from "../src/grid/mirror.ts";
import { heatmapPresets, type MapSize } from "../src/index.ts";

function distinct(size: MapSize, side: number): number {
  const axis = frequencies(centralRange("test", size, side));
  return coarseToFine({ rows: axis, columns: axis }, { height: side, width: side }).length;
}

describe("coarseToFine", () => {
  test.each([
    [31, 32, 481],
    [63, 224, 1985],
    ["full", 32, 514],
    ["full", 31, 481],
    ["withoutNyquist", 32, 481],
    [1, 32, 1],
    [2, 32, 4],
    [2, 2, 4],
  ] as const)("of a map of size %p at side %p lists %p frequencies", (size, side, expected) => {
    expect(distinct(size, side)).toBe(expected);
  });

  test("begins with the mean and the multiples of 8, and ends with odd frequencies", () => {
    const axis = frequencies([-15, 15]);
    const order = coarseToFine({ rows: axis, columns: axis }, { height: 32, width: 32 });
    expect(order[0]).toEqual({ row: 0, column: 0 });
    const strides = order.map(strideOf);
    expect(strides).toEqual([...strides].sort((a, b) => b - a));
    expect(strides.filter((stride) => stride === 8)).toHaveLength(5); // of (-8, 0, 8)², one of a pair
  });

  test("covers each frequency of any region, once by itself or its mirror", () => {
    const range = fc.tuple(fc.integer({ min: -4, max: 3 }), fc.integer({ min: 0, max: 3 }));
    fc.assert(
      fc.property(range, range, ([top, tall], [left, wide]) => {
        const rows = frequencies([top, Math.min(3, top + tall)]);
        const columns = frequencies([left, Math.min(3, left + wide)]);
        const sides = { height: 8, width: 8 };
        const listed = coarseToFine({ rows, columns }, sides).map(
          ({ row, column }) => `${row} ${column}`,
        );
        const wanted = rows.flatMap((row) =>
          columns.map((column) => {
            const first = firstOfPair({ row, column }, sides);
            return `${first.row} ${first.column}`;
          }),
        );
        expect([...listed].sort()).toEqual([...new Set(wanted)].sort());
      }),
      { numRuns: 50 },
    );
  });
});

describe("firstOfPair", () => {
  test("is the same for a frequency and its mirror, and one of the two", () => {
    const frequency = fc.integer({ min: -20, max: 20 });
    const side = fc.integer({ min: 1, max: 9 });
    fc.assert(
      fc.property(frequency, frequency, side, side, (row, column, height, width) => {
        const sides = { height, width };
        const first = firstOfPair({ row, column }, sides);
        expect(firstOfPair({ row: -row, column: -column }, sides)).toEqual(first);
        expect(firstOfPair(first, sides)).toEqual(first);
        const same = (sign: number) =>
          (first.row - sign * row) % height === 0 && (first.column - sign * column) % width === 0;
        expect(same(1) || same(-1)).toBe(true);
      }),
    );
  });

  test("takes the highest frequency of even sides as negative, and as its own mirror", () => {
    const sides = { height: 4, width: 4 };
    expect(firstOfPair({ row: 2, column: 2 }, sides)).toEqual({ row: -2, column: -2 });
    expect(isOwnMirror({ row: -2, column: 2 }, sides)).toBe(true);
    expect(isOwnMirror({ row: -2, column: 1 }, sides)).toBe(false);
    expect(isOwnMirror({ row: 0, column: 0 }, { height: 5, width: 5 })).toBe(true);
  });
});

describe("centralRange", () => {
  test("is symmetric for odd sizes and longer on the negative side for even ones", () => {
    expect(centralRange("f", 31, 32)).toEqual([-15, 15]);
    expect(centralRange("f", "full", 32)).toEqual([-16, 15]);
    expect(centralRange("f", "withoutNyquist", 31)).toEqual([-15, 15]);
    expect(centralRange("f", 1, 1)).toEqual([0, 0]);
  });

  test.each([0, 33, 1.5, Number.NaN])("refuses size %p of side 32", (size) => {
    expect(() => centralRange("f", size, 32)).toThrow(
      `f: expected size to be an integer in [1, 32], the side of the images, got ${size}`,
    );
  });
});

test("the presets are those of the paper and of the two tools", () => {
  expect(heatmapPresets).toEqual({
    "yin-cifar10": { epsL2: 4, size: 31, signs: "perChannel", phaseRadians: 0, clip: true },
    "yin-imagenet": { epsL2: 15.7, size: 63, signs: "perChannel", phaseRadians: 0, clip: true },
    gatheluck: {
      epsL2: 4,
      size: "withoutNyquist",
      signs: "perChannel",
      phaseRadians: 0,
      clip: true,
    },
    google: { epsL2: 4, size: "full", signs: "none", phaseRadians: Math.PI / 4, clip: false },
  });
});
