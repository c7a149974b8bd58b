import { readFileSync } from "node:fs";
import type { UnitImages } from "@apr-kit/contracts";
import { startEngine } from "@apr-kit/engine";
import { expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import { fourierHeatmap, heatmapPresets, summarizeHeatmap } from "../src/index.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

test("the README's example gives what it says", async () => {
  await startEngine({ engine: "cpu" });
  const pixels = Uint8Array.from({ length: 2 * 3072 }, (_, index) => (index < 3072 ? 110 : 145));
  const images = { data: pixels, shape: [2, 32, 32, 3] } as const;
  const predict = (batch: UnitImages) =>
    tf.tidy(() => {
      const brightness = tf.mean(batch, [1, 2, 3]);
      return tf.stack([tf.sub(1, brightness), brightness], 1) as tf.Tensor2D;
    });
  const map = await fourierHeatmap(predict, { images, labels: [0, 1] }, { size: 3, seed: 1 });
  expect(readme).toContain(`console.log(map.errorRate); // [${map.errorRate.join(", ")}]`);
  expect(readme).toContain(
    `console.log(summarizeHeatmap(map).center); // ${summarizeHeatmap(map).center}`,
  );
});

test("the README's table of presets is the code's", () => {
  for (const [name, { epsL2, size, signs }] of Object.entries(heatmapPresets)) {
    const row = readme.split("\n").find((line) => line.startsWith(`| \`${name}\``));
    const cells = row?.split("|").map((cell) => cell.trim().replaceAll("`", "")) ?? [];
    expect(cells.slice(2, 5)).toEqual([`${epsL2}`, `${size}`, signs]);
  }
});
