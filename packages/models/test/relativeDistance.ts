import { expect } from "@jest/globals";

/** Largest difference, as a fraction of the largest expected value. */
export function relativeDistance(actual: Float32Array, expected: Float32Array): number {
  expect(actual).toHaveLength(expected.length);
  const scale = Math.max(...expected.map(Math.abs));
  return Math.max(...actual.map((value, i) => Math.abs(value - (expected[i] as number)))) / scale;
}
