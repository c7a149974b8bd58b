import { describe, expect, test } from "@jest/globals";
import { alexNetCleanError, alexNetErrors } from "./alexNetErrors.ts";
import { benchmarkCorruptions, type CorruptionErrors, corruptionGroups } from "./corruptions.ts";
import { meanCorruptionError } from "./meanCorruptionError.ts";
import { relativeMeanCorruptionError } from "./relativeMeanCorruptionError.ts";

const uniform = (values: readonly number[]): CorruptionErrors =>
  Object.fromEntries(benchmarkCorruptions.map((name) => [name, values]));

/** The constants that published evaluation code divides by. */
const PUBLISHED_MEANS: Readonly<Record<string, number>> = {
  gaussian_noise: 0.886428,
  shot_noise: 0.894468,
  impulse_noise: 0.92264,
  defocus_blur: 0.81988,
  glass_blur: 0.826268,
  motion_blur: 0.785948,
  zoom_blur: 0.79836,
  snow: 0.866816,
  frost: 0.826572,
  fog: 0.819324,
  brightness: 0.564592,
  contrast: 0.853204,
  elastic_transform: 0.646056,
  pixelate: 0.71784,
  jpeg_compression: 0.6065,
};

describe("meanCorruptionError", () => {
  test("AlexNet against AlexNet is 1 everywhere", () => {
    const { value, byCorruption, byGroup } = meanCorruptionError(alexNetErrors, {
      normalizeBy: "alexnet",
    });
    expect(value).toBe(1);
    expect(Object.values(byCorruption)).toEqual(Array(15).fill(1));
    expect(byGroup).toEqual({ noise: 1, blur: 1, weather: 1, digital: 1 });
  });

  test("AlexNet's plain means are the fifteen published constants", () => {
    const { byCorruption } = meanCorruptionError(alexNetErrors, { normalizeBy: "none" });
    for (const name of benchmarkCorruptions) {
      expect(byCorruption[name]).toBeCloseTo(PUBLISHED_MEANS[name] as number, 7);
    }
  });

  test("the plain mean of 0.1 .. 0.5 everywhere is 0.3, with 0.1 .. 0.5 by severity", () => {
    const result = meanCorruptionError(uniform([0.1, 0.2, 0.3, 0.4, 0.5]), { normalizeBy: "none" });
    expect(result.value).toBeCloseTo(0.3, 12);
    result.errorBySeverity.forEach((error, s) => {
      expect(error).toBeCloseTo((s + 1) / 10, 12);
    });
  });

  test("groups are the means of 3, 4, 4 and 4 corruptions", () => {
    const errors = Object.fromEntries(benchmarkCorruptions.map((name, i) => [name, [i / 15]]));
    const { byGroup, byCorruption } = meanCorruptionError(errors, { normalizeBy: "none" });
    expect(Object.values(corruptionGroups).map((names) => names.length)).toEqual([3, 4, 4, 4]);
    expect(byGroup.noise).toBeCloseTo(1 / 15, 12);
    expect(byGroup.blur).toBeCloseTo(4.5 / 15, 12);
    expect(byGroup.weather).toBeCloseTo(8.5 / 15, 12);
    expect(byGroup.digital).toBeCloseTo(12.5 / 15, 12);
    expect(byCorruption.jpeg_compression).toBeCloseTo(14 / 15, 12);
  });

  test("it is a ratio of sums, not a mean of ratios", () => {
    const errors = { ...alexNetErrors, brightness: [1, 0, 0, 0, 0] };
    const { byCorruption } = meanCorruptionError(errors, { normalizeBy: "alexnet" });
    expect(byCorruption.brightness).toBeCloseTo(1 / (5 * 0.564592), 12);
  });

  test("the order in which corruptions are given does not matter", () => {
    const reversed = Object.fromEntries(Object.entries(alexNetErrors).reverse());
    const options = { normalizeBy: "none" } as const;
    expect(meanCorruptionError(reversed, options)).toEqual(
      meanCorruptionError(alexNetErrors, options),
    );
  });

  test("the convention names what was averaged", () => {
    expect(meanCorruptionError(uniform([0.5]), { normalizeBy: "none" }).convention).toContain(
      "15 corruptions × 1 severities",
    );
  });

  test("a missing corruption and an extra one are both named", () => {
    const { fog, ...rest } = alexNetErrors;
    const errors = { ...rest, spatter: fog };
    expect(() => meanCorruptionError(errors, { normalizeBy: "none" })).toThrow(
      "meanCorruptionError: expected errors of exactly the 15 benchmark corruptions, got errors without fog and with spatter",
    );
  });

  test.each([[[Number.NaN]], [[1.01]], [[-0.1]]])("an error of %p is refused", (values) => {
    const errors = { ...uniform([0.5]), snow: values };
    expect(() => meanCorruptionError(errors, { normalizeBy: "none" })).toThrow(
      "expected errors.snow[0] to be a fraction in [0, 1]",
    );
  });

  test("different numbers of severities, none, and fewer than AlexNet's are refused", () => {
    const mixed = { ...uniform([0.5, 0.5]), snow: [0.5] };
    expect(() => meanCorruptionError(mixed, { normalizeBy: "none" })).toThrow(
      "expected errors.snow to hold 2 severities, got 1",
    );
    expect(() => meanCorruptionError(uniform([]), { normalizeBy: "none" })).toThrow("got 0");
    expect(() => meanCorruptionError(uniform([0.5]), { normalizeBy: "alexnet" })).toThrow(
      "expected errors at 5 severities to divide by AlexNet's, got 1",
    );
  });
});

describe("meanCorruptionError over some corruptions", () => {
  const over = benchmarkCorruptions.filter((name) => name !== "frost");
  const errors = Object.fromEntries(
    benchmarkCorruptions.map((name, i) => [name, [i / 15]]).filter(([name]) => name !== "frost"),
  );

  test("it is their mean, the group's mean leaves the missing one out, and the convention says so", () => {
    const result = meanCorruptionError(errors, { normalizeBy: "none", over });
    expect(result.value).toBeCloseTo((105 - 8) / 14 / 15, 12);
    expect(result.byGroup.weather).toBeCloseTo((7 + 9 + 10) / 3 / 15, 12);
    expect(result.errorBySeverity[0]).toBeCloseTo(result.value, 12);
    expect(result.byCorruption).not.toHaveProperty("frost");
    expect(result.convention).toContain("14 corruptions (without frost) × 1 severities");
  });

  test("the left-out corruption is refused if it is given all the same", () => {
    const all = { ...errors, frost: [0.5] };
    expect(() => meanCorruptionError(all, { normalizeBy: "none", over })).toThrow(
      "expected errors of exactly the 14 benchmark corruptions, got errors with frost",
    );
  });

  test("a name twice and a group without any are refused", () => {
    expect(() =>
      meanCorruptionError(errors, { normalizeBy: "none", over: [...over, "fog"] }),
    ).toThrow('expected over to name some of the 15 benchmark corruptions, each once, got "fog"');
    const { noise } = corruptionGroups;
    expect(() => meanCorruptionError(errors, { normalizeBy: "none", over: noise })).toThrow(
      "expected over to name at least one corruption of the group blur",
    );
  });
});

describe("relativeMeanCorruptionError", () => {
  test("AlexNet against AlexNet is 1", () => {
    const { value } = relativeMeanCorruptionError(alexNetErrors, { cleanError: alexNetCleanError });
    expect(value).toBe(1);
  });

  test("a model whose error never rises is 0", () => {
    const { value } = relativeMeanCorruptionError(uniform(Array(5).fill(0.2)), { cleanError: 0.2 });
    expect(value).toBeCloseTo(0, 12);
  });

  test("a clean error in percent is refused", () => {
    expect(() => relativeMeanCorruptionError(alexNetErrors, { cleanError: 23.9 })).toThrow(
      "expected cleanError to be a fraction in [0, 1], got 23.9",
    );
  });
});
