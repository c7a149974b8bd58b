import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { publishFile } from "@apr-kit/cache";
import type { OnProgress } from "@apr-kit/contracts";
import {
  type AsyncPredict,
  assembleHeatmap,
  type FileContents,
  type FourierHeatmap,
  type FourierHeatmapOptions,
  fourierHeatmap,
  type HeatmapSettingsOptions,
  type HeatmapState,
  type LabelledImages,
  pictureToPng,
} from "@apr-kit/fourier-heatmap";

export interface ResumableHeatmapOptions {
  /** Where progress is stored, and `heatmap.png` fills in. */
  readonly folder: string;
  /** Names the classifier, for example by the hash of its weights. */
  readonly identity: string;
  /** What decides the numbers of the map. */
  readonly settings: HeatmapSettingsOptions & Pick<FourierHeatmapOptions, "subset">;
  readonly batchSize: number;
  readonly onProgress: OnProgress;
}

export interface TimedHeatmap {
  readonly map: FourierHeatmap;
  /** Spent on it this time; a resumed map took longer in all. */
  readonly seconds: number;
}

const STORE_EVERY_MS = 1000;

/**
 * Makes a heat map in a folder, from where it was left there.
 *
 * Progress lies in a file named after the classifier and the options, so a map of other weights or other
 * options starts afresh, and a finished one is read back.
 */
export async function resumableHeatmap(
  predict: AsyncPredict,
  data: LabelledImages,
  { folder, identity, settings, batchSize, onProgress }: ResumableHeatmapOptions,
): Promise<TimedHeatmap> {
  const startMs = Date.now();
  const key = createHash("sha256")
    .update(JSON.stringify({ identity, ...settings }))
    .digest("hex");
  const progressFile = join(folder, `progress-${key.slice(0, 12)}.json`);
  await mkdir(folder, { recursive: true });
  const previous = await readState(progressFile);

  let latest: HeatmapState | undefined;
  let storedMs = 0;
  const store = async () => {
    if (latest === undefined) return;
    const { rows, columns, errorRate } = assembleHeatmap(latest);
    const preview = pictureToPng({ rows, columns, values: errorRate });
    await publishFiles(folder, { "heatmap.png": preview });
    await publish(progressFile, JSON.stringify(latest));
    storedMs = Date.now();
  };
  const map = await fourierHeatmap(predict, data, {
    ...settings,
    batchSize,
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
