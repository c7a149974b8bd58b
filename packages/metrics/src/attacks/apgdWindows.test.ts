import { expect, test } from "@jest/globals";
import { apgdWindows } from "./apgdWindows.ts";

test("the windows of 100 iterations are the published ones", () => {
  expect(apgdWindows(100)).toEqual([22, 19, 16, 13, 10, 7, 6, 6]);
});

test("windows are at least one iteration long and end within the run", () => {
  expect(apgdWindows(1)).toEqual([1]);
  for (const iterations of [2, 5, 20, 50, 1000]) {
    const windows = apgdWindows(iterations);
    expect(windows.reduce((sum, length) => sum + length, 0)).toBeLessThanOrEqual(iterations);
    expect(Math.min(...windows)).toBeGreaterThanOrEqual(1);
  }
});
