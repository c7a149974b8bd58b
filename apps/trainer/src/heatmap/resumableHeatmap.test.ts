import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { UnitImages } from "@apr-kit/contracts";
import { startEngine } from "@apr-kit/engine";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import { type ResumableHeatmapOptions, resumableHeatmap } from "./resumableHeatmap.ts";

const data = {
  images: {
    data: Uint8Array.from({ length: 2 * 16 }, (_, index) => (index < 16 ? 90 : 160)),
    shape: [2, 4, 4, 1],
  },
  labels: [0, 1],
} as const;

let folder: string;
let options: ResumableHeatmapOptions;
let asked: number;

beforeEach(async () => {
  await startEngine({ engine: "cpu" });
  folder = await mkdtemp(join(tmpdir(), "apr-heatmap-"));
  options = {
    folder,
    identity: "a",
    settings: { size: 3, seed: 1 },
    batchSize: 2,
    onProgress() {},
  };
  asked = 0;
});

afterEach(() => rm(folder, { recursive: true }));

/** Tells dark images from bright ones. */
function predict(images: UnitImages): tf.Tensor2D {
  asked += images.shape[0];
  return tf.tidy(() => {
    const brightness = tf.mean(images, [1, 2, 3]);
    return tf.stack([tf.sub(1, brightness), brightness], 1) as tf.Tensor2D;
  });
}

test("a map that was interrupted goes on, and a finished one is read back", async () => {
  let calls = 0; // clean, half of it, then a cell a call
  const failing = (images: UnitImages) => {
    if (calls++ === 4) throw new Error("interrupted");
    return predict(images);
  };
  await expect(resumableHeatmap(failing, data, options)).rejects.toThrow("interrupted");
  expect((await readdir(folder)).map((name) => name.replace(/-.*json/, "-….json")).sort()).toEqual([
    "heatmap.png",
    "progress-….json",
  ]);
  asked = 0;
  const { map } = await resumableHeatmap(predict, data, options);
  expect(asked).toBeLessThan(2 + 1 + 5 * 2); // clean, half of it again, all cells
  asked = 0;
  const again = await resumableHeatmap(predict, data, options);
  expect(asked).toBe(3);
  expect(again.map).toEqual(map);
});

test("another model or another subset has its own progress", async () => {
  await resumableHeatmap(predict, data, options);
  asked = 0;
  await resumableHeatmap(predict, data, { ...options, identity: "b" });
  expect(asked).toBe(3 + 5 * 2);
  await resumableHeatmap(predict, data, {
    ...options,
    settings: { ...options.settings, subset: 1 },
  });
  expect((await readdir(folder)).filter((name) => name.startsWith("progress"))).toHaveLength(3);
});
