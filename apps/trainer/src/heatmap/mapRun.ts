import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { publishFile, sha256File } from "@apr-kit/cache";
import type { OnProgress } from "@apr-kit/contracts";
import type { ImageDataset } from "@apr-kit/datasets";
import {
  assembleHeatmap,
  type FileContents,
  type FourierHeatmap,
  fourierHeatmap,
  type HeatmapPresetName,
  type HeatmapState,
  pictureToPng,
} from "@apr-kit/fourier-heatmap";
import { predictRun } from "../runs/predictRun.ts";
import type { Run } from "../runs/runFolder.ts";

export interface MapRunOptions {
  /** Where progress is stored. */
  readonly folder: string;
  readonly preset: HeatmapPresetName;
  readonly images?: number;
  readonly onProgress: OnProgress;
}

export interface MappedRun {
  readonly map: FourierHeatmap;
  /** Spent on it this time; a resumed map took longer in all. */
  readonly seconds: number;
}

const STORE_EVERY_MS = 1000;

/**
 * Makes the heat map of a run's network on the test images, from where it was left.
 *
 * Progress lies in a file named after the checkpoint's bytes and the options, so a map of other weights
 * or options starts afresh, and a finished one is read back.
 */
export async function mapRun(
  run: Run,
  dataset: ImageDataset,
  { folder, preset, images, onProgress }: MapRunOptions,
): Promise<MappedRun> {
  const startMs = Date.now();
  const options = {
    preset,
    seed: run.config.seed,
    ...(images === undefined ? {} : { subset: images }),
  };
  const checkpoint = await sha256File(join(run.directory, "checkpoint.safetensors"));
  const key = createHash("sha256").update(JSON.stringify({ checkpoint, ...options }));
  const progressFile = join(folder, `progress-${key.digest("hex").slice(0, 12)}.json`);
  const previous = await readState(progressFile);

  let latest: HeatmapState | undefined;
  let storedMs = 0;
  const store = async () => {
    if (latest === undefined) return;
    const { rows, columns, errorRate } = assembleHeatmap(latest);
    await publishFiles(folder, {
      "heatmap.png": pictureToPng({ rows, columns, values: errorRate }),
    });
    await publish(progressFile, JSON.stringify(latest));
    storedMs = Date.now();
  };
  const map = await fourierHeatmap(predictRun(run, dataset), dataset.test, {
    ...options,
    batchSize: run.config.evaluation.batchSize,
    ...(previous === undefined ? {} : { previous }),
    async onCell(_, state) {
      latest = state;
      if (Date.now() - storedMs >= STORE_EVERY_MS) await store();
    },
    onProgress,
  });
  await store();
  return { map, seconds: (Date.now() - startMs) / 1000 };
}

/** Writes files into a folder, each one whole or not at all. */
export async function publishFiles(folder: string, files: FileContents): Promise<void> {
  for (const [name, content] of Object.entries(files)) await publish(join(folder, name), content);
}

function publish(path: string, content: string | Uint8Array): Promise<void> {
  return publishFile(path, (temporary) => writeFile(temporary, content));
}

async function readState(path: string): Promise<HeatmapState | undefined> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as HeatmapState;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
