import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type CutoffError, errorByCutoff } from "@apr-kit/fourier-heatmap";
import { writeFiles } from "@apr-kit/fourier-heatmap/folder";
import { predictRun } from "../runs/predictRun.ts";
import type { SessionOptions } from "../runs/session.ts";
import { percent, printJson, printLine, printTable } from "../terminal/output.ts";
import { cutoffChart } from "./cutoffChart.ts";
import { type OpenRuns, withRuns } from "./openRuns.ts";

export type Pass = "low" | "high";

export interface CutoffRunsOptions extends SessionOptions {
  readonly pass: readonly Pass[];
  /** In cycles per image. */
  readonly cutoffs: readonly number[];
  readonly images?: number;
  readonly seed: number;
  readonly out?: string;
  readonly json?: boolean;
}

/** The errors of one run on what one filter leaves. */
export interface CutoffCurve {
  readonly run: string;
  readonly pass: Pass;
  /** Error on the same images, unfiltered. */
  readonly clean: number;
  /** `cutoff` in cycles per image. */
  readonly errors: readonly CutoffError[];
}

export interface CutoffReport {
  readonly images: number;
  readonly seed: number;
  readonly curves: readonly CutoffCurve[];
  readonly convention: string;
}

const CHANGES_NOTHING = 1; // cycles per pixel: above √½, the highest frequency of an image

/** Measures runs on low- and high-passed test images; the folder receives `cutoff.json` and `cutoff.svg`. */
export async function cutoffRuns(
  directories: readonly string[],
  options: CutoffRunsOptions,
): Promise<void> {
  const folder = options.out ?? directories[0]!;
  const report = await withRuns(directories, options, (open) => measureCutoffs(open, options));
  await mkdir(folder, { recursive: true });
  await writeFiles(folder, {
    "cutoff.json": `${JSON.stringify(report, undefined, 2)}\n`,
    "cutoff.svg": await cutoffChart(report),
  });
  if (options.json) return printJson(report);
  printReport(report);
  printLine(`${join(folder, "cutoff.json")}, ${join(folder, "cutoff.svg")}`);
}

/** {@link cutoffRuns} on what is loaded already, without files. */
export async function measureCutoffs(
  { runs, names, dataset, session }: OpenRuns,
  { pass, cutoffs, images, seed }: CutoffRunsOptions,
): Promise<CutoffReport> {
  const [side] = dataset.shape;
  const inPixels = cutoffs.map((cutoff) => cutoff / side);
  const curves: CutoffCurve[] = [];
  for (const [index, run] of runs.entries()) {
    const name = names[index]!;
    const predict = predictRun(run, dataset);
    const common = {
      seed,
      batchSize: run.config.evaluation.batchSize,
      ...(images === undefined ? {} : { subset: images }),
    };
    const onProgress: typeof session.bars.onProgress = (progress) =>
      session.bars.onProgress({ ...progress, note: name });
    const unfiltered = { ...common, pass: "low", cutoffs: [CHANGES_NOTHING] } as const;
    const [{ errorRate: clean }] = (await errorByCutoff(predict, dataset.test, unfiltered)) as [
      CutoffError,
    ];
    for (const each of pass) {
      const filtered = { ...common, pass: each, cutoffs: inPixels, onProgress };
      const errors = await errorByCutoff(predict, dataset.test, filtered);
      const inCycles = errors.map((error, at) => ({ ...error, cutoff: cutoffs[at]! }));
      curves.push({ run: name, pass: each, clean, errors: inCycles });
    }
  }
  session.bars.stop();
  const shown = images ?? dataset.test.size;
  const convention =
    `share of ${shown} test images misclassified after an ideal filter of each channel; cut-offs in cycles per ` +
    "image side; low keeps what lies below, high what lies at it and above, around grey; clipped to [0, 1]";
  return { images: shown, seed, curves, convention };
}

function printReport({ curves, convention }: CutoffReport): void {
  const cutoffs = curves[0]!.errors.map(({ cutoff }) => cutoff);
  printTable(
    ["cut-off", ...curves.map(({ run, pass }) => `${run}, ${pass} pass`)],
    [
      ...cutoffs.map((cutoff, at) => [
        `${cutoff}`,
        ...curves.map(({ errors }) => percent(errors[at]!.errorRate)),
      ]),
      ["unfiltered", ...curves.map(({ clean }) => percent(clean))],
    ],
    ["right", ...curves.map(() => "right" as const)],
  );
  printLine(convention);
}
