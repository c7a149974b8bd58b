import { describe, expect, test } from "@jest/globals";
import { type OutlierKind, outlierKinds, syntheticOutliers } from "./syntheticOutliers.ts";

const SIZE = 20;
const mean = (data: Uint8Array) => data.reduce((sum, byte) => sum + byte, 0) / data.length;
const share = (data: Uint8Array, isCounted: (byte: number) => boolean) =>
  data.filter(isCounted).length / data.length;

describe("syntheticOutliers", () => {
  test.each(outlierKinds)("of kind %s are the same for a seed, whatever the size", (kind) => {
    const few = syntheticOutliers(kind, { size: 2, seed: 1 });
    const more = syntheticOutliers(kind, { size: 3, seed: 1 });
    expect(few.shape).toEqual([2, 32, 32, 3]);
    expect(more.data.subarray(0, few.data.length)).toEqual(few.data);
    expect(syntheticOutliers(kind, { size: 2, seed: 2 }).data).not.toEqual(few.data);
    expect(few.data.subarray(0, 3072)).not.toEqual(few.data.subarray(3072));
  });

  test("of noise have the moments of their law", () => {
    const { data: gaussian } = syntheticOutliers("gaussian", { size: SIZE, seed: 1 });
    expect(Math.abs(mean(gaussian) - 127.5)).toBeLessThan(1);
    expect(share(gaussian, (byte) => byte === 255)).toBeCloseTo(0.0233, 2); // above two sigma
    const { data: uniform } = syntheticOutliers("uniform", { size: SIZE, seed: 1 });
    expect(Math.abs(mean(uniform) - 127.5)).toBeLessThan(1);
    expect(share(uniform, (byte) => byte < 64)).toBeCloseTo(0.25, 2);
    const { data: signs } = syntheticOutliers("rademacher", { size: SIZE, seed: 1 });
    expect(share(signs, (byte) => byte === 255)).toBeCloseTo(0.5, 2);
    expect(share(signs, (byte) => byte === 0)).toBeCloseTo(0.5, 2);
  });

  test("of blobs are black or at least three quarters bright, and smooth", () => {
    const { data } = syntheticOutliers("blobs", { size: 8, seed: 1 });
    expect(data.every((byte) => byte === 0 || byte >= 191)).toBe(true);
    const bright = share(data, (byte) => byte > 0);
    expect(bright).toBeGreaterThan(0.1);
    expect(bright).toBeLessThan(0.5);
    let changes = 0; // between neighbours in a row
    for (let i = 3; i < data.length; i++) {
      if (i % 96 >= 3 && data[i]! > 0 !== data[i - 3]! > 0) changes++;
    }
    expect(changes / data.length).toBeLessThan(bright * (1 - bright)); // noise would have twice that
  });

  test("take other shapes", () => {
    const { data, shape } = syntheticOutliers("blobs", { size: 1, shape: [5, 7, 1], seed: 1 });
    expect([data.length, ...shape]).toEqual([35, 1, 5, 7, 1]);
  });

  test("refuse other kinds and empty shapes", () => {
    expect(() => syntheticOutliers("noise" as OutlierKind, { size: 1, seed: 1 })).toThrow(
      'syntheticOutliers: expected kind to be one of gaussian, uniform, rademacher, blobs, got "noise"',
    );
    expect(() => syntheticOutliers("blobs", { size: 0, seed: 1 })).toThrow(
      "expected size and shape to be integers ≥ 1, got [0,32,32,3]",
    );
  });
});
