import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { availableEngines, startEngine } from "@apr-kit/engine";
import { writeNpy } from "@apr-kit/formats";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import { parseConfig } from "../src/config/loadConfig.ts";
import { regeneratedImages, storedImages } from "../src/evaluation/corruptedImages.ts";
import { evaluate } from "../src/evaluation/evaluate.ts";
import { benchmarkCorruptions } from "../src/evaluation/evaluatedCorruptions.ts";
import { advanceRun, closeRun } from "../src/runs/advanceRun.ts";
import { createRunModel } from "../src/runs/createRunModel.ts";
import { predictRun } from "../src/runs/predictRun.ts";
import { loadRun, openRun } from "../src/runs/runFolder.ts";
import { holdOut } from "../src/training/holdOut.ts";
import { syntheticDataset } from "./syntheticDataset.ts";

jest.setTimeout(30_000);

const dataset = syntheticDataset(); // 32 training and 16 test images
const [engine = "cpu"] = await availableEngines();

function tinyConfig(changes: object = {}, options: object = { numClasses: 2 }) {
  return parseConfig(
    {
      name: "tiny",
      model: { name: "fastnet", options: { width: 0.1, ...options } },
      training: { steps: 7, batchSize: 8, learningRate: 0.05, checkpointEvery: 100 },
      evaluation: { corruptedImages: 4, severities: [3], batchSize: 8 },
      ...changes,
    },
    "test",
  );
}

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "apr-held-out-"));
  await startEngine({ engine, threads: 2 });
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe("images held out of the training set", () => {
  test("are as many as asked, always the same, and not trained on", () => {
    const config = tinyConfig({ validation: { size: 8 } });
    const { train, validation } = holdOut(config, dataset);
    expect([train.size, validation?.size]).toEqual([24, 8]);
    expect(holdOut(config, dataset).validation).toEqual(validation);
    const rowsOf = ({ images: { data, shape } }: typeof train) =>
      Array.from({ length: shape[0] }, (_, i) => data.slice(i * 3072, (i + 1) * 3072).join());
    const both = [...rowsOf(train), ...rowsOf(validation ?? train)];
    expect(new Set(both)).toEqual(new Set(rowsOf(dataset.train)));
    expect(both).toHaveLength(32);
    expect(holdOut(tinyConfig({ validation: { size: 8 }, seed: 2 }), dataset)).not.toEqual({
      train,
      validation,
    });
    expect(holdOut(tinyConfig(), dataset)).toEqual({ train: dataset.train });
  });

  test("are measured after each epoch and at the end, and kept in the run's folder", async () => {
    const path = join(directory, "validated");
    const config = tinyConfig({ validation: { size: 8 } });
    const trainOnce = async (folder: string) => {
      const run = await openRun(folder, config);
      const { history } = await advanceRun(run, dataset, () => {});
      closeRun(run);
      return history;
    };
    await trainOnce(join(directory, "first")); // constants of the engine settle
    const before = tf.memory().numTensors;
    const history = await trainOnce(path);
    expect(tf.memory().numTensors).toBe(before);
    const measured = history.filter(({ validation }) => validation !== undefined);
    expect(measured.map(({ step }) => step)).toEqual([3, 6, 7]); // epochs of 24 images in 3 batches
    for (const { validation } of measured) {
      expect(validation?.loss).toBeGreaterThan(0);
      expect(validation?.errorRate).toBeLessThanOrEqual(1);
    }
    const stored = await loadRun(path);
    expect(stored.history).toEqual(history);
    closeRun(stored);
  });

  test("change nothing where there are none, also in a run's folder of before there could be any", async () => {
    const path = join(directory, "old");
    const { validation: _, ...old } = tinyConfig();
    closeRun(await openRun(path, tinyConfig()));
    await writeFile(join(path, "config.json"), JSON.stringify(old));
    const run = await openRun(path, tinyConfig());
    const { history } = await advanceRun(run, dataset, () => {});
    closeRun(run);
    expect(history.every(({ validation }) => validation === undefined)).toBe(true);
  });

  test("cannot be all", () => {
    expect(() => holdOut(tinyConfig({ validation: { size: 32 } }), dataset)).toThrow(
      "splitValidation: expected size to be an integer in [1, 32), got 32",
    );
  });
});

test("a model has as many classes as the data set, where the recipe states no other number", () => {
  const classesOf = (config: ReturnType<typeof tinyConfig>) =>
    createRunModel(config).config.numClasses;
  expect(classesOf(tinyConfig({}, {}))).toBe(10);
  expect(classesOf(tinyConfig({ dataset: "cifar100" }, {}))).toBe(100);
  expect(classesOf(tinyConfig({ dataset: "cifar100" }))).toBe(2);
  expect(() => tinyConfig({ dataset: "imagenet" })).toThrow("config.dataset");
});

describe("corrupted images of a folder", () => {
  const images = 6; // of each cell; the set is smaller than the test set
  const labels = dataset.test.labels.subarray(0, images);
  const all = { images: 16, seed: 1 };

  async function writeSet(folder: string, names: readonly string[], side = 32): Promise<void> {
    for (const [at, name] of names.entries()) {
      const data = new Uint8Array(5 * images * side * side * 3).fill(at);
      await writeFile(join(folder, `${name}.npy`), writeNpy(data, [5 * images, side, side, 3]));
    }
    const five = Uint8Array.from({ length: 5 * images }, (_, i) => labels[i % images] as number);
    await writeFile(join(folder, "labels.npy"), writeNpy(five, [5 * images]));
  }

  test("are used in place of those made here, and the result says so", async () => {
    const folder = await mkdtemp(join(directory, "set-"));
    const names = benchmarkCorruptions.map(({ name }) => name);
    await writeSet(folder, names);
    const stored = await storedImages(folder, dataset, all);
    expect(stored.corruptions).toEqual(names);
    expect(stored.size).toBe(images);
    expect((await stored.cell("fog", 5)).images.data[0]).toBe(names.indexOf("fog"));
    const run = await openRun(join(directory, "evaluated"), tinyConfig());
    const { model } = await evaluate(
      { model: predictRun(run, dataset) },
      { dataset, config: run.config.evaluation, seed: 1, onProgress: () => {}, corrupted: stored },
    );
    closeRun(run);
    expect(model.cells.map(({ count }) => count)).toEqual(names.map(() => images));
    expect(Object.keys(model.corruption.byCorruption)).toHaveLength(15);
    expect(model.corruptedImages).toBe(
      `read from ${folder}, as published (apr data check synthetic-c --directory ${folder} compares the bytes); first 6 images of each cell`,
    );
  });

  test("may lack frost, and say whether they were regenerated", async () => {
    const folder = await mkdtemp(join(directory, "set-"));
    const names = benchmarkCorruptions.map(({ name }) => name).filter((name) => name !== "frost");
    await writeSet(folder, names);
    await writeFile(join(folder, "regenerated.json"), JSON.stringify({ settings: { seed: 3 } }));
    const stored = await storedImages(folder, dataset, { images: 2 });
    expect(stored.corruptions).toEqual(names);
    expect(stored.source).toBe(
      `read from ${folder}, regenerated by apr-kit (seed 3), not the official set; first 2 images of each cell; without frost`,
    );
    expect(regeneratedImages(dataset, all).source).toBe(
      "regenerated here from the first 16 test images, seed 1; without frost",
    );
  });

  test("of another shape, or of other images, are refused", async () => {
    const folder = await mkdtemp(join(directory, "set-"));
    await writeSet(folder, ["gaussian_noise"], 8);
    await expect(storedImages(folder, dataset, all)).rejects.toThrow(
      "--corrupted: expected images of 32×32×3 as in synthetic, got 8×8×3",
    );
    const other = { ...dataset, test: { ...dataset.test, labels: new Uint8Array(16).fill(1) } };
    await expect(storedImages(folder, other, all)).rejects.toThrow("labels of the clean test set");
    await expect(storedImages(join(folder, "no"), dataset, all)).rejects.toThrow(
      "cannot be opened",
    );
  });
});
