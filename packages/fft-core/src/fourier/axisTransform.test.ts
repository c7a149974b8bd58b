import { describe, expect, test } from "@jest/globals";
import { type Complex, complex, fft as mathjsFft } from "mathjs";
import { naiveDft } from "../../test/naiveDft.ts";
import { randomNumbers } from "../../test/random.ts";
import { axisTransform } from "./axisTransform.ts";
import { factorize } from "./mixedRadix.ts";
import { createPlanes, type Planes } from "./planes.ts";

const LENGTHS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 16, 25, 27, 28, 30, 31, 32, 35, 37, 49, 60, 64];
const LONG_LENGTHS = [74, 97, 120, 127, 211, 224, 257];

function randomPlanes(count: number, seed: number): Planes {
  return {
    re: Float64Array.from(randomNumbers(count, seed)),
    im: Float64Array.from(randomNumbers(count, seed + 1)),
  };
}

/** Largest error over largest value. */
function relativeError(actual: Planes, expected: { re: ArrayLike<number>; im: ArrayLike<number> }) {
  let error = 0;
  let largest = 0;
  for (let i = 0; i < actual.re.length; i++) {
    const re = expected.re[i] as number;
    const im = expected.im[i] as number;
    error = Math.max(error, Math.hypot(actual.re[i]! - re, actual.im[i]! - im));
    largest = Math.max(largest, Math.hypot(re, im));
  }
  return error / largest;
}

describe("axisTransform", () => {
  test.each([...LENGTHS, ...LONG_LENGTHS])("of %d elements equals the defining sum", (length) => {
    const x = randomPlanes(length, length);
    const expected = naiveDft({ re: [...x.re], im: [...x.im] }, [length], [0]);
    const actual = axisTransform(length)(x, createPlanes(length), { outer: 1, inner: 1 });
    expect(relativeError(actual, expected)).toBeLessThan(1e-13);
  });

  test.each([97, 120, 224, 512])("of %d elements equals mathjs", (length) => {
    const x = randomPlanes(length, length + 7);
    const input = Array.from(x.re, (re, i) => complex(re, x.im[i]!));
    const output = mathjsFft(input) as Complex[];
    const expected = { re: output.map((z) => z.re), im: output.map((z) => z.im) };
    const actual = axisTransform(length)(x, createPlanes(length), { outer: 1, inner: 1 });
    expect(relativeError(actual, expected)).toBeLessThan(1e-12);
  });

  test.each([4, 6, 15, 37])(
    "of %d elements takes the middle axis of [outer, length, inner]",
    (length) => {
      const [outer, inner] = [3, 5];
      const x = randomPlanes(outer * length * inner, 5);
      const expected = naiveDft({ re: [...x.re], im: [...x.im] }, [outer, length, inner], [1]);
      const actual = axisTransform(length)(x, createPlanes(x.re.length), { outer, inner });
      expect(relativeError(actual, expected)).toBeLessThan(1e-13);
    },
  );

  test.each([3, 8, 12, 32, 64])("of %d equal values leaves exact zeros", (length) => {
    const x = createPlanes(length);
    x.re.fill(0.7);
    const { re, im } = axisTransform(length)(x, createPlanes(length), { outer: 1, inner: 1 });
    expect([...re.subarray(1), ...im].every((value) => value === 0)).toBe(true);
  });
});

describe("factorize", () => {
  test.each([
    [1, []],
    [2, [2]],
    [224, [4, 4, 2, 7]],
    [45, [3, 3, 5]],
    [97, [97]],
  ])("splits %d into %j", (length, factors) => {
    expect(factorize(length)).toEqual(factors);
  });
});
