import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { SetupError } from "@apr-kit/contracts";
import { heatmapInFolder } from "../folder/heatmapInFolder.ts";
import { writeFiles } from "../folder/writeFiles.ts";
import type { FourierHeatmap } from "../map/assembleHeatmap.ts";
import { heatmapDifference } from "../map/heatmapDifference.ts";
import type { HeatmapState } from "../map/heatmapState.ts";
import { summarizeHeatmap } from "../map/summarizeHeatmap.ts";
import { differenceFiles, heatmapFiles } from "../output/heatmapFiles.ts";
import type { HeatmapPresetName } from "../presets.ts";
import { loadLabelledImages } from "./loadLabelledImages.ts";
import { loadPredict } from "./loadPredict.ts";
import { progressBar } from "./progressBar.ts";

export interface MakeHeatmapOptions {
  readonly images: string;
  readonly labels: string;
  readonly preset: HeatmapPresetName;
  readonly eps?: number;
  readonly size?: number;
  readonly subset?: number;
  readonly seed: number;
  readonly batchSize: number;
  readonly against?: string;
  readonly title: string;
  readonly out: string;
  readonly fresh?: boolean;
  readonly json?: boolean;
}

/** Makes a map from files and leaves it in a folder; goes on from there when called again. */
export async function makeHeatmap(module: string, options: MakeHeatmapOptions): Promise<void> {
  const { preset, eps, size, subset, seed, batchSize, title, out } = options;
  const data = await loadLabelledImages(options.images, options.labels);
  const other = options.against === undefined ? undefined : await readJson(options.against);
  const predict = await loadPredict(module);
  const bar = progressBar();
  const map = await heatmapInFolder(predict, data, {
    folder: out,
    fresh: options.fresh === true,
    onPrevious: (previous) => assertSameOptions(previous, options),
    preset,
    seed,
    batchSize,
    ...(eps === undefined ? {} : { epsL2: eps }),
    ...(size === undefined ? {} : { size }),
    ...(subset === undefined ? {} : { subset }),
    onProgress: bar.onProgress,
  }).finally(bar.stop);
  await writeFiles(out, heatmapFiles(map, { title }));
  if (other !== undefined) {
    const difference = heatmapDifference(map, other as FourierHeatmap);
    await writeFiles(out, differenceFiles(difference, { title }));
  }
  report(map, out, options.json === true);
}

/** Catches what the command line can name; the library checks the images and the model. */
function assertSameOptions(previous: HeatmapState, options: MakeHeatmapOptions): void {
  const { settings } = previous;
  const wanted = {
    preset: options.preset,
    seed: options.seed,
    epsL2: options.eps,
    images: options.subset,
  };
  for (const name of Object.keys(wanted) as (keyof typeof wanted)[]) {
    if (wanted[name] === undefined || wanted[name] === settings?.[name]) continue;
    throw new SetupError(
      "fourier-heatmap",
      `${options.out} holds a map made with ${name} ${settings?.[name]}, not ${wanted[name]}`,
      "start over with --fresh, or give another --out",
    );
  }
}

function report(map: FourierHeatmap, out: string, json: boolean): void {
  const summary = { clean: map.clean.errorRate, ...summarizeHeatmap(map) };
  const text = json
    ? JSON.stringify({ ...summary, settings: map.settings, out }, undefined, 2)
    : [
        ...Object.entries(summary).map(([name, rate]) => `${name} ${(100 * rate).toFixed(1)} %`),
        map.convention,
        join(out, "heatmap.svg"),
      ].join("\n");
  process.stdout.write(`${text}\n`);
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    throw new SetupError(
      "fourier-heatmap",
      `${path} cannot be read (${(cause as Error).message})`,
      "give a heatmap.json",
      { cause },
    );
  }
}
