import { createHash } from "node:crypto";
import type { OnProgress } from "@apr-kit/contracts";
import type {
  AsyncPredict,
  FourierHeatmap,
  FourierHeatmapOptions,
  HeatmapSettingsOptions,
  LabelledImages,
} from "@apr-kit/fourier-heatmap";
import { heatmapInFolder } from "@apr-kit/fourier-heatmap/folder";

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
  const progressFile = `progress-${key.slice(0, 12)}.json`;
  const options = { ...settings, folder, progressFile, batchSize, onProgress };
  const map = await heatmapInFolder(predict, data, options);
  return { map, seconds: (Date.now() - startMs) / 1000 };
}
