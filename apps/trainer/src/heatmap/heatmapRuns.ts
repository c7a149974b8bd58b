import { mkdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { sha256File } from "@apr-kit/cache";
import {
  differenceFiles,
  type HeatmapPresetName,
  heatmapDifference,
  heatmapFiles,
  summarizeHeatmap,
} from "@apr-kit/fourier-heatmap";
import { writeFiles } from "@apr-kit/fourier-heatmap/folder";
import { closeRun } from "../runs/advanceRun.ts";
import { loadFinishedRun } from "../runs/loadFinishedRun.ts";
import { predictRun } from "../runs/predictRun.ts";
import type { Run } from "../runs/runFolder.ts";
import { loadDataset, type SessionOptions, startSession } from "../runs/session.ts";
import { CliError } from "../terminal/cliError.ts";
import { percent, printJson, printLine, printTable } from "../terminal/output.ts";
import { resumableHeatmap, type TimedHeatmap } from "./resumableHeatmap.ts";

export interface HeatmapRunsOptions extends SessionOptions {
  readonly preset: HeatmapPresetName;
  readonly against?: string;
  readonly images?: number;
  readonly out?: string;
  readonly json?: boolean;
}

/** Makes the heat map of one finished run or of two, and the difference of the two. */
export async function heatmapRuns(directory: string, options: HeatmapRunsOptions): Promise<void> {
  const directories = [directory, ...(options.against === undefined ? [] : [options.against])];
  const folders = foldersOf(directories, options.out);
  const session = await startSession(options);
  const runs: Run[] = [];
  for (const each of directories) runs.push(await loadFinishedRun(each));
  const dataset = await loadDataset(runs[0]!.config.dataset, session);

  const mapped: TimedHeatmap[] = [];
  for (const [index, run] of runs.entries()) {
    const folder = folders[index]!;
    const name = basename(run.directory);
    const result = await resumableHeatmap(predictRun(run, dataset), dataset.test, {
      folder,
      identity: await sha256File(join(run.directory, "checkpoint.safetensors")),
      settings: {
        preset: options.preset,
        seed: runs[0]!.config.seed, // the same images and signs for both
        ...(options.images === undefined ? {} : { subset: options.images }),
      },
      batchSize: run.config.evaluation.batchSize,
      onProgress: (progress) => session.bars.onProgress({ ...progress, task: `heat map ${name}` }),
    });
    session.bars.stop();
    await writeFiles(folder, heatmapFiles(result.map, { title: name }));
    mapped.push(result);
    closeRun(run);
  }
  const difference = await compare(mapped, directories, options.out ?? folders[0]!);

  const summaries = mapped.map(({ map, seconds }) => ({
    clean: map.clean.errorRate,
    ...summarizeHeatmap(map),
    seconds,
    settings: map.settings,
  }));
  if (options.json) {
    const entries = directories.map((each, index) => [each, summaries[index]!] as const);
    return printJson({
      runs: Object.fromEntries(entries),
      ...(difference === undefined ? {} : { meanDifference: difference }),
      folders,
    });
  }
  printTable(
    ["error", ...directories.map((each) => basename(each))],
    [
      ["clean", ...summaries.map(({ clean }) => percent(clean))],
      ["mean of the map", ...summaries.map(({ mean }) => percent(mean))],
      ["centre (brightness)", ...summaries.map(({ center = Number.NaN }) => percent(center))],
      ["outer (≥ 9 cycles)", ...summaries.map(({ outer = Number.NaN }) => percent(outer))],
    ],
    ["left", ...directories.map(() => "right" as const)],
  );
  printLine(mapped[0]!.map.convention);
  for (const folder of folders) printLine(join(folder, "heatmap.svg"));
  if (difference !== undefined) printLine(join(options.out ?? folders[0]!, "difference.svg"));
}

/** Writes the difference of two maps; its mean, or nothing for one map. */
async function compare(
  [first, second]: readonly TimedHeatmap[],
  directories: readonly string[],
  folder: string,
): Promise<number | undefined> {
  if (first === undefined || second === undefined) return undefined;
  const difference = heatmapDifference(first.map, second.map);
  await mkdir(folder, { recursive: true });
  const title = directories.map((each) => basename(each)).join(" less ");
  await writeFiles(folder, differenceFiles(difference, { title }));
  return difference.mean;
}

/** Where each run's files go: in its own folder, or in one below --out. */
function foldersOf(directories: readonly string[], out: string | undefined): string[] {
  if (out === undefined) return directories.map((each) => join(each, "heatmap"));
  const names = directories.map((each) => basename(each));
  if (new Set(names).size < names.length) {
    throw new CliError(
      "SAME_NAME",
      `expected runs of different names with --out, got "${names[0]}" twice; leave --out away`,
    );
  }
  return names.map((name) => join(out, name));
}
