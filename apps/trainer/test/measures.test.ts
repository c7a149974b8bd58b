import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { startEngine } from "@apr-kit/engine";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import sharp from "sharp";
import { calibrateLoadedRun } from "../src/calibration/calibrateRun.ts";
import { parseConfig } from "../src/config/loadConfig.ts";
import { foreignImages } from "../src/detection/foreignImages.ts";
import { oodLoadedRun } from "../src/detection/oodRun.ts";
import { advanceRun, closeRun } from "../src/runs/advanceRun.ts";
import { loadFinishedRun } from "../src/runs/loadFinishedRun.ts";
import { openRun, type Run } from "../src/runs/runFolder.ts";
import type { Session } from "../src/runs/session.ts";
import { createBars } from "../src/terminal/bars.ts";
import { syntheticDataset } from "./syntheticDataset.ts";

jest.setTimeout(30_000); // wasm on a busy machine

const dataset = syntheticDataset(32, 40);
const config = parseConfig(
  {
    name: "tiny",
    model: { name: "fastnet", options: { width: 0.1, numClasses: 2 } },
    training: { batchSize: 8, steps: 30, learningRate: 0.05 },
    evaluation: { corruptedImages: 4, severities: [3], batchSize: 16 },
  },
  "test",
);

let directory: string;
let run: Run;
let session: Session;
beforeAll(async () => {
  const engine = await startEngine({ engine: "auto", threads: 2 });
  session = { engine, bars: createBars(new PassThrough() as never) };
  directory = await mkdtemp(join(tmpdir(), "apr-measures-"));
  await advanceRun(await openRun(join(directory, "run"), config), dataset, () => {});
  run = await loadFinishedRun(join(directory, "run"));
});
afterAll(async () => {
  closeRun(run);
  await rm(directory, { recursive: true, force: true });
});

const readBack = (file: string) => readFile(join(directory, "run", file), "utf8");

describe("apr ood", () => {
  const options = {
    against: ["rademacher", "blobs"],
    score: ["maxLogit", "odin"],
    convention: "apr",
    referenceImages: 16,
    resamples: 20,
    seed: 1,
    engine: "auto",
  } as const;

  test("reports every set and score and leaves figures and picture in the run's folder", async () => {
    const report = await oodLoadedRun({ run, dataset, session }, options);
    expect(report.detections.map(({ set, score }) => `${set} ${score}`)).toEqual([
      "rademacher maxLogit",
      "rademacher odin",
      "blobs maxLogit",
      "blobs odin",
    ]);
    for (const { inCount, outCount, auroc, intervals, oscr, convention } of report.detections) {
      expect([inCount, outCount]).toEqual([40, 8]);
      expect(intervals.auroc.lower).toBeLessThanOrEqual(auroc + 1e-12);
      expect(intervals.auroc.upper).toBeGreaterThanOrEqual(auroc - 1e-12);
      expect(oscr.value).toBeLessThanOrEqual(report.accuracy.value);
      expect(convention).toContain("equal scores count against the detector");
    }
    expect(JSON.parse(await readBack("ood.json"))).toEqual(report);
    const picture = await readBack("ood.svg");
    expect(picture).toMatch(/^<svg .*xmlns=/);
    expect(picture).toContain("blobs, odin");
  });

  test("compares features with training images, and says which", async () => {
    const report = await oodLoadedRun(
      { run, dataset, session },
      { ...options, score: ["mahalanobis", "knn"], convention: "openood" },
    );
    expect(report.detections.map(({ set, score }) => `${set} ${score}`)).toEqual([
      "rademacher mahalanobis",
      "rademacher knn",
      "blobs mahalanobis",
      "blobs knn",
    ]);
    expect(report.detections.every(({ auroc }) => auroc > 0.8)).toBe(true); // halves are easily told
    expect(report.scores.map(({ convention }) => convention.split(";")[0])).toEqual([
      "minus the squared Mahalanobis distance to the nearest class mean",
      "minus the distance to the neighbour number 1, features scaled to length 1",
    ]);
    expect(report.scores[1]?.convention).toContain("against 16 training images");
  });

  test("takes as many images as it is told, the same for a seed, and leaves no tensor", async () => {
    const few = { ...options, images: 20, foreignImages: 5 };
    const first = await oodLoadedRun({ run, dataset, session }, few);
    expect(first.detections[0]).toMatchObject({ inCount: 20, outCount: 5 });
    const before = tf.memory().numTensors; // the first run made the engine's lasting constants
    expect(await oodLoadedRun({ run, dataset, session }, few)).toEqual(first);
    expect(tf.memory().numTensors).toBe(before);
  });

  test("cannot tell the test set from itself", async () => {
    const file = join(directory, "same.npy");
    await writeFile(file, npy(dataset.test.images.data, [40, 32, 32, 3]));
    const same = { ...options, against: [file], convention: "openood", foreignImages: 40 } as const;
    const { detections, sets } = await oodLoadedRun({ run, dataset, session }, same);
    expect(detections[0]).toMatchObject({ set: "same", auroc: 0.5, outCount: 40 });
    expect(sets[0]?.description).toBe(`40 images of ${file}`);
  });
});

describe("foreignImages", () => {
  const wanted = { size: 10, shape: [32, 32, 3], seed: 1 } as const;

  test("reads pictures in the order of their paths, scaled and cropped to size", async () => {
    const folder = await mkdtemp(join(directory, "pictures-"));
    const plain = (red: number, width: number, height: number) =>
      sharp({
        create: { width, height, channels: 4, background: { r: red, g: 10, b: 20, alpha: 1 } },
      });
    await plain(200, 64, 48).png().toFile(join(folder, "b.png"));
    await plain(100, 32, 32).png().toFile(join(folder, "a.PNG"));
    await writeFile(join(folder, "notes.txt"), "no picture");
    const { images, description } = await foreignImages(folder, wanted);
    expect(images.shape).toEqual([2, 32, 32, 3]);
    expect([...images.data.subarray(0, 3)]).toEqual([100, 10, 20]);
    expect([...images.data.subarray(-3)]).toEqual([200, 10, 20]);
    expect(description).toContain("2 pictures of");
  });

  test("refuses what it cannot read, and says what it takes", async () => {
    await expect(foreignImages("svnh", wanted)).rejects.toThrow(
      /^--against: expected gaussian, uniform, rademacher, blobs, cifar10.*, a folder of pictures or a \.npy file, got svnh$/,
    );
    const empty = await mkdtemp(join(directory, "empty-"));
    await expect(foreignImages(empty, wanted)).rejects.toThrow(
      `${empty}: expected .png, .jpg, .jpeg, .webp files in it, got none`,
    );
    const file = join(directory, "other.npy");
    await writeFile(file, npy(new Uint8Array(2 * 28 * 28), [2, 28, 28]));
    await expect(foreignImages(file, wanted)).rejects.toThrow(
      "expected bytes (|u1, C order) of shape [images, 32, 32, 3], got |u1 of [2, 28, 28]",
    );
    await writeFile(file, npy(new Uint8Array(100), [2, 32, 32, 3]));
    await expect(foreignImages(file, wanted)).rejects.toThrow(/in \d+ bytes/);
  });
});

describe("apr calibrate", () => {
  test("fits on held out images, measures the others, and leaves figures and picture", async () => {
    const options = { heldOut: 10, bins: 5, seed: 1, engine: "auto" } as const;
    const report = await calibrateLoadedRun({ run, dataset, session }, options);
    expect([report.heldOutImages, report.images, report.accuracy.count]).toEqual([10, 30, 30]);
    expect(report.temperature.after).toBeLessThanOrEqual(report.temperature.before);
    expect(report.before.expected.bins).toHaveLength(5);
    const counted = report.after.expected.bins.reduce((sum, { count }) => sum + count, 0);
    expect(counted).toBe(30);
    expect(JSON.parse(await readBack("calibration.json"))).toEqual(report);
    const picture = await readBack("calibration.svg");
    expect(picture).toMatch(/^<svg .*xmlns=/);
    expect(picture).toContain("as trained: ECE");
  });

  test("fits on the run's validation images where it has some, and measures the whole test set", async () => {
    const options = { bins: 5, seed: 1, engine: "auto" } as const;
    const config = { ...run.config, validation: { size: 8 } };
    const given = { run: { ...run, config }, dataset, session };
    const report = await calibrateLoadedRun(given, options);
    expect(report).toMatchObject({ heldOutFrom: "validation", heldOutImages: 8, images: 40 });
    expect(report.convention).toBe(
      "figures of 40 test images; temperature fitted to 8 validation images of the run, which it was not trained on",
    );
    const without = await calibrateLoadedRun({ run, dataset, session }, options);
    expect(without).toMatchObject({ heldOutFrom: "test", heldOutImages: 8, images: 32 });
    expect(without.convention).toContain("apr train --validation N holds images out for this");
    const asked = await calibrateLoadedRun(given, { ...options, heldOut: 10 });
    expect(asked).toMatchObject({ heldOutFrom: "test", heldOutImages: 10, images: 30 });
  });

  test("refuses to hold out all images", async () => {
    const options = { heldOut: 40, bins: 5, seed: 1, engine: "auto" } as const;
    await expect(calibrateLoadedRun({ run, dataset, session }, options)).rejects.toThrow(
      "expected size to be an integer in [1, 40), got 40",
    );
  });
});

test("loadFinishedRun refuses a run that is not, with the way out", async () => {
  const path = join(directory, "started");
  closeRun(await openRun(path, config));
  await expect(loadFinishedRun(path)).rejects.toThrow(
    `${path}: expected a finished run, got 0 of 30 steps; finish it with apr train`,
  );
});

/** Bytes in NumPy's format, version 1. */
function npy(data: Uint8Array, shape: readonly number[]): Buffer {
  const text = `{'descr': '|u1', 'fortran_order': False, 'shape': (${shape.join(", ")}), }`;
  const header = text.padEnd(117, " ").concat("\n");
  const start = Buffer.from([0x93, ...Buffer.from("NUMPY"), 1, 0, header.length, 0]);
  return Buffer.concat([start, Buffer.from(header, "latin1"), data]);
}
