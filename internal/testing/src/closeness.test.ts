import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { pixelImages, unitImages } from "./arbitraries.ts";
import { expectAllClose } from "./closeness.ts";

describe("expectAllClose", () => {
  test("accepts what numpy.allclose accepts", () => {
    expectAllClose([1.00009, 0, Number.NaN], [1, 1e-6, Number.NaN]);
    expectAllClose([Number.POSITIVE_INFINITY], [Number.POSITIVE_INFINITY]);
  });

  test("names the worst element and counts the differing ones", () => {
    expect(() => expectAllClose([1, 2.1, 9], [1, 2, 3], { rtol: 0, atol: 0.01 })).toThrow(
      "element 2: expected 3, got 9 (rtol 0, atol 0.01; 2 of 3 elements differ)",
    );
  });

  test.each([
    [[Number.NaN], [0]],
    [[0], [Number.NaN]],
    [[5], [Number.POSITIVE_INFINITY]],
    [[Number.NEGATIVE_INFINITY], [Number.POSITIVE_INFINITY]],
  ])("rejects %j against %j", (actual, expected) => {
    expect(() => expectAllClose(actual, expected)).toThrow("element 0");
  });

  test("rejects another length", () => {
    expect(() => expectAllClose([1, 2], [1])).toThrow();
  });
});

describe("image arbitraries", () => {
  test("unitImages stay in [0, 1] and fill their shape", () => {
    fc.assert(
      fc.property(unitImages({ minSide: 2, maxSide: 5, maxBatch: 2, channels: [3] }), (images) => {
        const [batch, height, width, channel] = images.shape;
        expect(images.data.length).toBe(batch * height * width * channel);
        expect(images.data.every((value) => value >= 0 && value <= 1)).toBe(true);
        expect(Math.min(height, width)).toBeGreaterThanOrEqual(2);
        expect(Math.max(height, width)).toBeLessThanOrEqual(5);
        expect([batch <= 2, channel]).toEqual([true, 3]);
      }),
    );
  });

  test("pixelImages reach both ends of the byte range", () => {
    const values = fc
      .sample(pixelImages(), { numRuns: 100, seed: 1 })
      .flatMap(({ data }) => [...data]);
    expect([Math.min(...values), Math.max(...values)]).toEqual([0, 255]);
  });
});
