import { describe, expect, test } from "@jest/globals";
import { corruptImage, recordedDraws } from "../src/index.ts";
import { readGolden } from "./readGolden.ts";

describe.each(["cifar10", "tinyImageNet"] as const)(
  "with the draws recorded for %s",
  (directory) => {
    const { side, input, cells } = readGolden(directory);

    test.each(cells)("$name of severity $severity has the reference's bytes", async (cell) => {
      const { name, severity, draws, output } = cell;
      const image = { data: input, side };
      const bytes = await corruptImage(image, {
        name,
        severity,
        draws: recordedDraws(draws),
      });
      expect(bytes.length).toBe(output.length);
      const wrong = bytes.reduce((count, byte, i) => count + (byte === output[i] ? 0 : 1), 0);
      expect(wrong).toBe(0);
    });
  },
);
