import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type AmplitudePhaseSwap, amplitudePhaseSwap } from "@apr-kit/fourier-heatmap";
import { writeFiles } from "@apr-kit/fourier-heatmap/folder";
import { predictRun } from "../runs/predictRun.ts";
import type { SessionOptions } from "../runs/session.ts";
import { percent, printJson, printLine, printTable } from "../terminal/output.ts";
import { type OpenRuns, withRuns } from "./openRuns.ts";
import { swapChart } from "./swapChart.ts";

export interface SwapRunsOptions extends SessionOptions {
  readonly axes: "spatial" | "spatialAndChannel";
  readonly follow: "labels" | "predictions";
  readonly images?: number;
  readonly seed: number;
  readonly out?: string;
  readonly json?: boolean;
}

export interface SwapReport {
  readonly seed: number;
  readonly runs: readonly ({ readonly run: string } & AmplitudePhaseSwap)[];
}

/** Tells what runs follow, amplitude or phase; the folder receives `swap.json` and `swap.svg`. */
export async function swapRuns(
  directories: readonly string[],
  options: SwapRunsOptions,
): Promise<void> {
  const folder = options.out ?? directories[0]!;
  const report = await withRuns(directories, options, (open) => measureSwaps(open, options));
  await mkdir(folder, { recursive: true });
  await writeFiles(folder, {
    "swap.json": `${JSON.stringify(report, undefined, 2)}\n`,
    "swap.svg": await swapChart(report),
  });
  if (options.json) return printJson(report);
  printReport(report);
  printLine(`${join(folder, "swap.json")}, ${join(folder, "swap.svg")}`);
}

/** {@link swapRuns} on what is loaded already, without files. */
export async function measureSwaps(
  { runs, names, dataset, session }: OpenRuns,
  { axes, follow, images, seed }: SwapRunsOptions,
): Promise<SwapReport> {
  const results: SwapReport["runs"][number][] = [];
  for (const [index, run] of runs.entries()) {
    const name = names[index]!;
    const swap = await amplitudePhaseSwap(predictRun(run, dataset), dataset.test, {
      axes,
      follow,
      seed,
      batchSize: run.config.evaluation.batchSize,
      ...(images === undefined ? {} : { subset: images }),
      onProgress: (progress) => session.bars.onProgress({ ...progress, note: name }),
    });
    results.push({ run: name, ...swap });
  }
  session.bars.stop();
  return { seed, runs: results };
}

function printReport({ runs }: SwapReport): void {
  const cell = (one: AmplitudePhaseSwap, what: "phase" | "amplitude" | "neither") =>
    `${percent(one[what])} ± ${percent(one.standardError[what])}`;
  printTable(
    ["the prediction follows", "the phase", "the amplitude", "neither"],
    runs.map((one) => [one.run, cell(one, "phase"), cell(one, "amplitude"), cell(one, "neither")]),
    ["left", "right", "right", "right"],
  );
  const [first] = runs;
  if (first !== undefined) printLine(`${first.pairs} pairs; ${first.convention}; ± standard error`);
}
