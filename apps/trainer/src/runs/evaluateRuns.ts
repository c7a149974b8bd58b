import { writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { publishFile } from "@apr-kit/cache";
import type { Predict } from "@apr-kit/contracts";
import { storedImages } from "../evaluation/corruptedImages.ts";
import { type Evaluation, evaluate } from "../evaluation/evaluate.ts";
import { CliError } from "../terminal/cliError.ts";
import { percent, printJson, printLine, printTable } from "../terminal/output.ts";
import { closeRun } from "./advanceRun.ts";
import { loadFinishedRun } from "./loadFinishedRun.ts";
import { predictRun } from "./predictRun.ts";
import { loadDataset, type SessionOptions, startSession } from "./session.ts";

export interface EvaluateRunsOptions extends SessionOptions {
  readonly images?: number;
  /** A folder of corrupted images in place of ones that are made here. */
  readonly corrupted?: string;
  readonly json?: boolean;
}

/** Evaluates finished runs side by side; each run folder receives its `evaluation.json`. */
export async function evaluateRuns(
  directories: readonly string[],
  options: EvaluateRunsOptions,
): Promise<void> {
  const session = await startSession(options);
  const runs = [];
  for (const directory of directories) runs.push(await loadFinishedRun(directory));
  const first = runs[0]!;
  const other = runs.find(({ config }) => config.dataset !== first.config.dataset);
  if (other !== undefined) {
    throw new CliError(
      "OTHER_DATASET",
      `expected runs of one data set, got ${first.directory} of ${first.config.dataset} and ${other.directory} of ${other.config.dataset}`,
    );
  }
  const dataset = await loadDataset(first.config.dataset, session);
  const config = {
    ...first.config.evaluation,
    ...(options.images === undefined ? {} : { corruptedImages: options.images }),
  };
  const corrupted =
    options.corrupted === undefined
      ? undefined
      : await storedImages(options.corrupted, dataset, { images: config.corruptedImages });
  const models: Record<string, Predict> = {};
  for (const run of runs) models[run.directory] = predictRun(run, dataset);
  const seed = first.config.seed;
  const evaluations = await evaluate(models, {
    dataset,
    config,
    seed,
    onProgress: session.bars.onProgress,
    ...(corrupted !== undefined && { corrupted }),
  });
  session.bars.stop();

  for (const { directory } of runs) {
    const record = { config, seed, engine: session.engine, ...evaluations[directory] };
    await publishFile(join(directory, "evaluation.json"), (file) =>
      writeFile(file, `${JSON.stringify(record, undefined, 2)}\n`),
    );
  }
  runs.forEach(closeRun);
  if (options.json) return printJson(evaluations);
  printEvaluations(evaluations);
}

/** One column a model, one row a figure. */
export function printEvaluations(evaluations: Readonly<Record<string, Evaluation>>): void {
  const names = Object.keys(evaluations);
  const results = Object.values(evaluations);
  const row = (label: string, figure: (evaluation: Evaluation) => number) => [
    label,
    ...results.map((evaluation) => percent(figure(evaluation))),
  ];
  const corruptions = Object.keys(results[0]!.corruption.byCorruption);
  printTable(
    ["error", ...names.map((name) => basename(name))],
    [
      row("clean", ({ clean }) => clean.value),
      ...corruptions.map((name) =>
        row(name.replaceAll("_", " "), ({ corruption }) => corruption.byCorruption[name as never]),
      ),
      row("mean corruption error", ({ corruption }) => corruption.value),
    ],
    ["left", ...names.map(() => "right" as const)],
  );
  printLine(results[0]!.corruption.convention);
  printLine(`corrupted images: ${results[0]!.corruptedImages}`);
}
