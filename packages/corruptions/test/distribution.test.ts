import { describe, expect, test } from "@jest/globals";
import { corrupt } from "../src/index.ts";
import { formulaPhotographs, formulaPicture } from "./formulas.ts";
import { changeOf, distance, readStatistics } from "./statistics.ts";

const FARTHEST = 4.5; // standard errors; 190 figures, of which most have randomness

describe("with seeded draws", () => {
  const cells = readStatistics(new URL("./golden/statistics.json", import.meta.url));
  const images = cells[0]!.means.length;
  const side = 32;
  const data = new Uint8Array(images * side * side * 3);
  for (let k = 0; k < images; k++) {
    data.set(formulaPicture(side, side, 500 + k).data, k * side * side * 3);
  }
  const pixels = { data, shape: [images, side, side, 3] as const };
  const frost = formulaPhotographs();

  test.each(cells)(
    "$name of severity $severity changes pixels by NumPy's mean and spread",
    async ({ name, severity, means, spreads }) => {
      const after = await corrupt(pixels, { name, severity, seed: 11, frost });
      const ours = changeOf(data, after.data, images);
      expect(distance(ours.means, means)).toBeLessThan(FARTHEST);
      expect(distance(ours.spreads, spreads)).toBeLessThan(FARTHEST);
    },
  );
});
