import { writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { join, resolve } from "node:path";
import { publishFile } from "@apr-kit/cache";
import { installEngine } from "@apr-kit/engine";
import { describe } from "@apr-kit/models";
import { loadPreset } from "../config/loadConfig.ts";
import type { RunConfig } from "../config/schema.ts";
import { evaluate } from "../evaluation/evaluate.ts";
import type { Comparison } from "../report/comparison.ts";
import { renderComparison } from "../report/renderComparison.ts";
import { advanceRun, closeRun } from "../runs/advanceRun.ts";
import { printEvaluations } from "../runs/evaluateRuns.ts";
import { predictRun } from "../runs/predictRun.ts";
import { clearRun, openRun } from "../runs/runFolder.ts";
import { describeEngine, loadDataset, type SessionOptions, startSession } from "../runs/session.ts";
import { createBars } from "../terminal/bars.ts";
import { printJson, printLine } from "../terminal/output.ts";
import { pictureStrips } from "./pictureStrips.ts";

export interface QuickstartOptions extends SessionOptions {
  /** Default: by the engine. */
  readonly preset?: string;
  readonly seed: number;
  readonly steps?: number;
  readonly images?: number;
  readonly out: string;
  readonly fresh: boolean;
  readonly json?: boolean;
}

/** Trains the standard and the APR-SP net, evaluates both, prints a table and writes `report.html`. */
export async function quickstart(options: QuickstartOptions): Promise<void> {
  const startedMs = performance.now();
  await prepareEngine(options);
  const session = await startSession(options);
  const { bars } = session;
  const preset =
    options.preset ?? (session.engine.engine === "tensorflow" ? "quickstart" : "quickstart-small");
  if (preset === "quickstart-small")
    bars.say("without TensorFlow: half the width, fewer steps (preset quickstart-small)");
  const standardConfig = await configOf(preset, "standard", options);
  const robustConfig = await configOf(preset, "apr-sp", options);
  const dataset = await loadDataset(standardConfig.dataset, session);

  const trainOne = async (config: RunConfig) => {
    const directory = join(options.out, config.augmentation.method);
    if (options.fresh) await clearRun(directory);
    const run = await openRun(directory, config);
    const { stepsDone } = run.checkpoint;
    if (stepsDone > 0)
      bars.say(`${directory}: ${stepsDone} of ${config.training.steps} steps are there already`);
    const trained = await advanceRun(run, dataset, bars.onProgress);
    bars.stop();
    return { run, ...trained };
  };
  const standard = await trainOne(standardConfig);
  const robust = await trainOne(robustConfig);

  const evaluations = await evaluate(
    { standard: predictRun(standard.run, dataset), "apr-sp": predictRun(robust.run, dataset) },
    {
      dataset,
      config: standardConfig.evaluation,
      seed: options.seed,
      onProgress: bars.onProgress,
    },
  );
  bars.stop();

  const comparison: Comparison = {
    config: robustConfig,
    standard: { method: "standard", ...historyOf(standard), ...evaluations.standard },
    robust: { method: "apr-sp", ...historyOf(robust), ...evaluations["apr-sp"] },
    setting: {
      date: new Date().toISOString().slice(0, 10),
      engine: describeEngine(session.engine),
      threads: session.engine.threads,
      processor: `${cpus()[0]?.model.trim() ?? "unknown"}`,
      node: process.versions.node,
      parameters: describe(robust.run.model).parameters,
      dataset: dataset.source,
      command: commandLine(options),
    },
  };
  const report = join(options.out, "report.html");
  const strips = await pictureStrips(dataset, robustConfig);
  await publishText(report, await renderComparison(comparison, strips));
  await publishText(
    join(options.out, "comparison.json"),
    `${JSON.stringify(comparison, undefined, 2)}\n`,
  );
  closeRun(standard.run);
  closeRun(robust.run);

  if (options.json) return printJson({ ...comparison, report: resolve(report) });
  printLine();
  printEvaluations(evaluations);
  printLine(
    `finished in ${Math.round((performance.now() - startedMs) / 1000)} s; report: ${resolve(report)}`,
  );
}

/** Gets TensorFlow where it can be had; where not, says why and goes on with what is there. */
async function prepareEngine({ engine }: SessionOptions): Promise<void> {
  if (engine !== "auto" && engine !== "tensorflow") return;
  const bars = createBars();
  try {
    await installEngine({ onProgress: bars.onProgress });
  } catch (error) {
    if (engine === "tensorflow") throw error;
    bars.say(`going on without TensorFlow: ${(error as Error).message}`);
  } finally {
    bars.stop();
  }
}

function configOf(
  preset: string,
  method: RunConfig["augmentation"]["method"],
  options: QuickstartOptions,
): Promise<RunConfig> {
  return loadPreset(preset, {
    seed: options.seed,
    augmentation: { method },
    ...(options.steps === undefined ? {} : { training: { steps: options.steps } }),
    ...(options.images === undefined ? {} : { evaluation: { corruptedImages: options.images } }),
  });
}

function historyOf<THistory>({
  history,
  trainingSeconds,
}: {
  history: THistory;
  trainingSeconds: number;
}) {
  return { history, trainingSeconds };
}

function commandLine({ seed, steps, images }: QuickstartOptions): string {
  const parts = ["pnpm apr quickstart", `--seed ${seed}`];
  if (steps !== undefined) parts.push(`--steps ${steps}`);
  if (images !== undefined) parts.push(`--images ${images}`);
  return parts.join(" ");
}

function publishText(path: string, text: string): Promise<void> {
  return publishFile(path, (temporary) => writeFile(temporary, text));
}
