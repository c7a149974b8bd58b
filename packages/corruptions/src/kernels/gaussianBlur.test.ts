import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { nearestIndex, reflectIndex } from "./borders.ts";
import { gaussianBlur } from "./gaussianBlur.ts";

const planes = fc.integer({ min: 1, max: 7 }).chain((side) =>
  fc.tuple(
    fc.constant(side),
    fc.array(fc.integer({ min: 0, max: 255 }), {
      minLength: side * side,
      maxLength: side * side,
    }),
  ),
);

/** The definition: a two-dimensional sum over the window. */
function naive(
  plane: Float64Array,
  side: number,
  sigma: number,
  at: (index: number, length: number) => number,
): Float64Array {
  const radius = Math.floor(4 * sigma + 0.5);
  const weight = (i: number) => Math.exp(-(i * i) / (2 * sigma * sigma));
  return plane.map((_, pixel) => {
    const x = pixel % side;
    const y = Math.floor(pixel / side);
    let sum = 0;
    let total = 0;
    for (let i = -radius; i <= radius; i++) {
      for (let j = -radius; j <= radius; j++) {
        sum += weight(i) * weight(j) * plane[at(y + i, side) * side + at(x + j, side)]!;
        total += weight(i) * weight(j);
      }
    }
    return sum / total;
  });
}

describe("gaussianBlur(values, side, channels, options)", () => {
  test.each([
    ["nearest", nearestIndex],
    ["reflect", reflectIndex],
  ] as const)("equals the two-dimensional sum with border %s", (border, at) => {
    fc.assert(
      fc.property(planes, fc.constantFrom(0.4, 1.3, 3), ([side, bytes], sigma) => {
        const plane = Float64Array.from(bytes);
        const blurred = gaussianBlur(plane, side, 1, { sigma, border });
        const expected = naive(plane, side, sigma, at);
        for (let i = 0; i < plane.length; i++) expect(blurred[i]).toBeCloseTo(expected[i]!, 9);
      }),
      { numRuns: 25 },
    );
  });

  test("keeps channels apart and is the identity for sigma 0", () => {
    const values = Float64Array.from({ length: 5 * 5 * 3 }, (_, i) => (i % 3) * 10);
    const blurred = gaussianBlur(values, 5, 3, { sigma: 1 });
    for (let i = 0; i < values.length; i++) expect(blurred[i]).toBeCloseTo(values[i]!, 12);
    expect(gaussianBlur(values, 5, 3, { sigma: 0 })).toEqual(values);
  });

  test("with a window far wider than the image equals the narrow way of summing", () => {
    const side = 6;
    const plane = Float64Array.from({ length: 36 }, (_, i) => (i * 37) % 11);
    const wide = gaussianBlur(plane, side, 1, { sigma: 5, border: "reflect" });
    const expected = naive(plane, side, 5, reflectIndex);
    for (let i = 0; i < 36; i++) expect(wide[i]).toBeCloseTo(expected[i]!, 10);
  });
});
