import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { fromPyTorch, pyTorchShape, type ShapedValues, toPyTorch } from "./pyTorchLayout.ts";

const side = fc.integer({ min: 1, max: 4 });
const parameter: fc.Arbitrary<ShapedValues> = fc
  .oneof(fc.tuple(side), fc.tuple(side, side), fc.tuple(side, side, side, side))
  .map((shape) => {
    const size = shape.reduce((product, length) => product * length, 1);
    return { shape: [...shape], values: Float32Array.from({ length: size }, (_, i) => i) };
  });

describe("toPyTorch", () => {
  test("moves output channels to the front of a convolution", () => {
    // [height 1, width 2, in 1, out 2] → [out 2, in 1, height 1, width 2]
    const moved = toPyTorch({ shape: [1, 2, 1, 2], values: Float32Array.of(1, 2, 3, 4) });
    expect(moved).toEqual({ shape: [2, 1, 1, 2], values: Float32Array.of(1, 3, 2, 4) });
  });

  test("transposes a linear weight", () => {
    const moved = toPyTorch({ shape: [2, 3], values: Float32Array.of(1, 2, 3, 4, 5, 6) });
    expect(moved).toEqual({ shape: [3, 2], values: Float32Array.of(1, 4, 2, 5, 3, 6) });
  });

  test("puts element [h, w, i, o] at [o, i, h, w]", () => {
    const [height, width, inputs, outputs] = [2, 3, 4, 5];
    const shape = [height, width, inputs, outputs];
    const { values } = toPyTorch({
      shape,
      values: Float32Array.from({ length: 120 }, (_, i) => i),
    });
    const at = ((4 * inputs + 2) * height + 1) * width + 0; // [o 4, i 2, h 1, w 0]
    expect(values[at]).toBe(((1 * width + 0) * inputs + 2) * outputs + 4);
  });

  test("is undone by fromPyTorch, and gives pyTorchShape", () => {
    fc.assert(
      fc.property(parameter, (ours) => {
        const theirs = toPyTorch(ours);
        expect(theirs.shape).toEqual(pyTorchShape(ours.shape));
        expect(fromPyTorch(theirs)).toEqual(ours);
        expect(theirs.values).not.toBe(ours.values);
      }),
    );
  });

  test.each([
    [[], 1],
    [[1, 1, 1], 1],
    [[2, 2], 3],
  ])("refuses shape %j with %d values", (shape, length) => {
    expect(() => toPyTorch({ shape, values: new Float32Array(length) })).toThrow(
      `toPyTorch: expected a parameter of rank 1, 2 or 4 with a value for each element, got shape [${shape.join(", ")}] and ${length} values`,
    );
  });
});
