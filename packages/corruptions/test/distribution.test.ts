import { describe, expect, test } from "@jest/globals";
import { corrupt } from "../src/index.ts";
import { readGolden } from "./readGolden.ts";

const IMAGES = 8;
const LEAST_SPREAD = 0.3; // bytes; eight images cannot tell a smaller one

describe("with seeded draws", () => {
  const { side, input, cells } = readGolden("cifar10");
  const data = new Uint8Array(input.length * IMAGES);
  for (let i = 0; i < IMAGES; i++) data.set(input, i * input.length);
  const pixels = { data, shape: [IMAGES, side, side, 3] as const };

  test.each(cells.filter(({ draws }) => draws.length > 0))(
    "the change by $name of severity $severity has the reference's mean and spread",
    async ({ name, severity, output }) => {
      const ours = await corrupt(pixels, { name, severity, seed: 11 });
      const each = Array.from({ length: IMAGES }, (_, i) =>
        change(input, ours.data.subarray(i * input.length, (i + 1) * input.length)),
      );
      const reference = change(input, output);
      for (const statistic of ["mean", "deviation"] as const) {
        const values = each.map((image) => image[statistic]);
        const centre = mean(values);
        const spread = Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
        const distance = Math.abs(reference[statistic] - centre);
        expect(distance).toBeLessThan(4 * Math.max(spread, LEAST_SPREAD));
      }
    },
  );
});

function change(before: Uint8Array, after: Uint8Array) {
  const differences = Array.from(before, (byte, i) => after[i]! - byte);
  const centre = mean(differences);
  return { mean: centre, deviation: Math.sqrt(mean(differences.map((d) => (d - centre) ** 2))) };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
