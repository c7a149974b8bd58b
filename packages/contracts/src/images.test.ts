import { afterEach, describe, expect, test } from "@jest/globals";
import type { Tensor } from "@tensorflow/tfjs-core";
import {
  asByteImages,
  asNormalizedImages,
  assertPixelBatch,
  asUnitImages,
  checkRanges,
  type NormalizedImages,
  type UnitImages,
} from "./images.ts";

/** What the checks read of a tensor; a real one would need a backend. */
function tensor(shape: number[], values: number[], dtype = "float32"): Tensor {
  return { shape, rank: shape.length, dtype, dataSync: () => Float32Array.from(values) } as Tensor;
}

afterEach(() => checkRanges(false));

describe("asUnitImages, asByteImages, asNormalizedImages", () => {
  test("return the tensor that they were given", () => {
    const images = tensor([1, 1, 2, 1], [0, 1]);
    expect(asUnitImages(images)).toBe(images);
    expect(asByteImages(images)).toBe(images);
    expect(asNormalizedImages(images)).toBe(images);
  });

  test.each([
    ["asUnitImages", asUnitImages],
    ["asByteImages", asByteImages],
    ["asNormalizedImages", asNormalizedImages],
  ])("%s refuses other ranks and dtypes", (name, brand) => {
    expect(() => brand(tensor([2, 2, 3], []))).toThrow(
      `${name}: expected images of shape [batch, height, width, channel], got [2, 2, 3]`,
    );
    expect(() => brand(tensor([1, 1, 1, 1], [1], "int32"))).toThrow(
      `${name}: expected images of dtype float32, got int32`,
    );
  });

  test("read values only when checkRanges(true)", () => {
    const wild = tensor([1, 1, 1, 2], [0.5, 300]);
    expect(asUnitImages(wild)).toBe(wild);
    checkRanges(true);
    expect(() => asUnitImages(wild)).toThrow("asUnitImages: expected values in [0, 1], got 300");
    expect(() => asByteImages(wild)).toThrow(
      "asByteImages: expected whole values in [0, 255], got 0.5",
    );
    const bytes = tensor([1, 1, 1, 2], [0, 255]);
    expect(asByteImages(bytes)).toBe(bytes);
    const unit = tensor([1, 1, 1, 2], [0, 1]);
    expect(asUnitImages(unit)).toBe(unit);
  });

  test("refuse NaN when ranges are checked", () => {
    checkRanges(true);
    expect(() => asUnitImages(tensor([1, 1, 1, 1], [Number.NaN]))).toThrow("got NaN");
  });

  test("give types that do not stand in for each other", () => {
    const normalized = asNormalizedImages(tensor([1, 1, 1, 1], [0]));
    // @ts-expect-error normalised values are not in [0, 1]
    const unit: UnitImages = normalized;
    // @ts-expect-error a bare tensor promises no range
    const bare: NormalizedImages = tensor([1, 1, 1, 1], [0]);
    expect([unit, bare]).toHaveLength(2);
  });
});

describe("assertPixelBatch", () => {
  test("accepts exactly the promised number of bytes, also none", () => {
    assertPixelBatch("f", { data: new Uint8Array(24), shape: [2, 2, 2, 3] });
    assertPixelBatch("f", { data: new Uint8Array(0), shape: [0, 32, 32, 3] });
  });

  test("names the bytes that it misses", () => {
    expect(() => assertPixelBatch("f", { data: new Uint8Array(23), shape: [2, 2, 2, 3] })).toThrow(
      "f: expected images.data of 24 bytes for shape [2, 2, 2, 3], got 23 bytes",
    );
  });

  test.each([-1, 1.5, Number.NaN])("refuses a side of %p", (side) => {
    expect(() =>
      assertPixelBatch("f", { data: new Uint8Array(0), shape: [1, side, 1, 1] }),
    ).toThrow(
      `f: expected images of shape [batch, height, width, channel], got [1, ${side}, 1, 1]`,
    );
  });
});
