import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { narrowBfloat16, narrowFloat16, widenBfloat16, widenFloat16 } from "./halfPrecision.ts";

const ALL_BITS = Array.from({ length: 2 ** 16 }, (_, bits) => bits);

describe.each([
  ["float16", widenFloat16, narrowFloat16],
  ["bfloat16", widenBfloat16, narrowBfloat16],
])("%s", (_, widen, narrow) => {
  test("comes back from float32 with the same bits", () => {
    const changed = ALL_BITS.filter(
      (bits) => narrow(widen(bits)) !== bits && !Number.isNaN(widen(bits)),
    );
    expect(changed).toEqual([]);
  });

  test("narrows to the nearest value", () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, min: -65000, max: 65000 }), (value) => {
        const bits = narrow(value);
        const error = Math.abs(widen(bits) - value);
        const neighbours = [bits - 1, bits + 1].filter((other) => other >>> 15 === bits >>> 15);
        for (const other of neighbours) {
          expect(error).toBeLessThanOrEqual(Math.abs(widen(other) - value));
        }
      }),
    );
  });

  test("keeps NaN, infinities and the sign of zero", () => {
    expect(widen(narrow(Number.NaN))).toBeNaN();
    expect(widen(narrow(Number.NEGATIVE_INFINITY))).toBe(Number.NEGATIVE_INFINITY);
    expect(widen(narrow(-0))).toBe(-0);
  });
});

test.each([
  [1, 0x3c00],
  [-2, 0xc000],
  [65504, 0x7bff],
  [65519, 0x7bff],
  [65520, 0x7c00],
  [2 ** -24, 0x0001],
  [2 ** -25, 0x0000], // a tie, to even
  [3 * 2 ** -25, 0x0002], // a tie, to even
  [1 + 2 ** -11, 0x3c00], // a tie, to even
  [1 + 3 * 2 ** -11, 0x3c02], // a tie, to even
])("narrowFloat16(%p) is NumPy's", (value, bits) => {
  expect(narrowFloat16(value)).toBe(bits);
});

test.each([
  [1, 0x3f80],
  [1 + 2 ** -8, 0x3f80], // a tie, to even
  [1 + 3 * 2 ** -8, 0x3f82], // a tie, to even
  [3.4e38, 0x7f80],
])("narrowBfloat16(%p) is PyTorch's", (value, bits) => {
  expect(narrowBfloat16(value)).toBe(bits);
});
