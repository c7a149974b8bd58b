import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { SetupError } from "@apr-kit/contracts";
import type { AsyncPredict } from "../asyncPredict.ts";
import type { LabelledImages } from "../labelledImages.ts";
import { assembleHeatmap, type FourierHeatmap } from "../map/assembleHeatmap.ts";
import { type FourierHeatmapOptions, fourierHeatmap } from "../map/fourierHeatmap.ts";
import type { HeatmapState } from "../map/heatmapState.ts";
import { pictureToPng } from "../output/pictureToPng.ts";
import { writeFiles } from "./writeFiles.ts";

export interface HeatmapInFolderOptions extends Omit<FourierHeatmapOptions, "previous" | "onCell"> {
  /** Made where it is not there; `heatmap.png` fills in there, coarse to fine. */
  readonly folder: string;
  /** Name of the file that holds the state, default "progress.json": one for each model and settings. */
  readonly progressFile?: string;
  /** Start over, default false. */
  readonly fresh?: boolean;
  /** Looks at a state that was found, before any work; may throw. */
  readonly onPrevious?: (state: HeatmapState) => void;
}

const STORE_EVERY_MS = 1000;

/**
 * Makes a heat map in a folder, from where it was left there: {@link fourierHeatmap} with its state stored as it grows.
 *
 * @returns the map; a finished one is read back after a look at the unchanged images
 *
 * @throws {SetupError} if the stored state cannot be read
 * @throws {ValueError} if it is of another map or model, or as {@link fourierHeatmap} does
 */
export async function heatmapInFolder(
  predict: AsyncPredict,
  data: LabelledImages,
  options: HeatmapInFolderOptions,
): Promise<FourierHeatmap> {
  const { folder, progressFile = "progress.json", fresh = false, onPrevious, ...rest } = options;
  const path = join(folder, progressFile);
  await mkdir(folder, { recursive: true });
  if (fresh) await rm(path, { force: true });
  const previous = await readState(path);
  if (previous !== undefined) onPrevious?.(previous);

  let latest: HeatmapState | undefined;
  let storedMs = 0;
  const store = async () => {
    if (latest === undefined) return;
    const { rows, columns, errorRate } = assembleHeatmap(latest);
    const preview = pictureToPng({ rows, columns, values: errorRate });
    await writeFiles(folder, { "heatmap.png": preview, [progressFile]: JSON.stringify(latest) });
    storedMs = Date.now();
  };
  const map = await fourierHeatmap(predict, data, {
    ...rest,
    ...(previous === undefined ? {} : { previous }),
    async onCell(_, state) {
      latest = state;
      if (Date.now() - storedMs >= STORE_EVERY_MS) await store();
    },
  });
  await store();
  return map;
}

async function readState(path: string): Promise<HeatmapState | undefined> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as HeatmapState;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new SetupError(
      "fourier-heatmap",
      `${path} cannot be read (${(cause as Error).message})`,
      "remove it to start over",
      { cause },
    );
  }
}
