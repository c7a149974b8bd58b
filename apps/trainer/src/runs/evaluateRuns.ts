import { writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { publishFile } from "@apr-kit/cache";
import type { Predict } from "@apr-kit/contracts";
import { type Evaluation, evaluate } from "../evaluation/evaluate.ts";
import { percent, printJson, printLine, printTable } from "../terminal/output.ts";
import { closeRun } from "./advanceRun.ts";
import { loadFinishedRun } from "./loadFinishedRun.ts";
import { predictRun } from "./predictRun.ts";

import { loadDataset, type SessionOptions, startSession } from "./session.ts";

export interface EvaluateRunsOptions extends SessionOptions {
  readonly images?: number;
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
  const dataset = await loadDataset(first.config.dataset, session);
  const config = {
    ...first.config.evaluation,
    ...(options.images === undefined ? {} : { corruptedImages: options.images }),
  };
  const models: Record<string, Predict> = {};
  for (const run of runs) models[run.directory] = predictRun(run, dataset);
  const seed = first.config.seed;
  const evaluations = await evaluate(models, {
    dataset,
    config,
    seed,
    onProgress: session.bars.onProgress,
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
}
