import { join } from "node:path";
import { sha256File } from "@apr-kit/cache";
import { type ImageDataset, takeBatch } from "@apr-kit/datasets";
import { wilsonInterval } from "@apr-kit/metrics";
import {
  type AttackBatch,
  type AttackName,
  type AttackPlan,
  autoAttack,
  classifierFlags,
  type Norm,
  type RobustnessReport,
  robustnessReport,
  robustnessSteps,
} from "@apr-kit/metrics/attacks";
import { asPredict } from "@apr-kit/models";
import { closeRun } from "../runs/advanceRun.ts";
import { loadFinishedRun } from "../runs/loadFinishedRun.ts";
import type { Run } from "../runs/runFolder.ts";
import { loadDataset, type Session, type SessionOptions, startSession } from "../runs/session.ts";
import { percent, printJson, printLine, printTable } from "../terminal/output.ts";
import { type AttackFolder, openAttackFolder, storeStep, writeJson } from "./attackFolder.ts";

export interface AttackRunOptions extends SessionOptions {
  readonly attack: AttackName | "autoattack";
  readonly norm: Norm;
  readonly epsilon?: number;
  readonly images: number;
  readonly steps?: number;
  readonly restarts?: number;
  readonly batch: number;
  readonly seed: number;
  readonly fresh: boolean;
  readonly json?: boolean;
}

const COMMON_EPSILON = { Linf: 8 / 255, L2: 0.5 }; // RobustBench's on CIFAR
const CHECKED_IMAGES = 100;

/** Attacks the first test images of a run's data set; the run's folder receives batches and report. */
export async function attackRun(directory: string, options: AttackRunOptions): Promise<void> {
  const session = await startSession(options);
  const run = await loadFinishedRun(directory);
  const dataset = await loadDataset(run.config.dataset, session);
  const report = await attackLoadedRun({ run, dataset, session }, options);
  closeRun(run);
  if (options.json) return printJson(report);
  printReport(report);
}

/** A report with what it cost. */
export interface AttackRunReport extends RobustnessReport {
  readonly attack: string;
  readonly seed: number;
  /** Of all batches, resumed ones included. */
  readonly seconds: number;
  readonly engine: string;
}

/** {@link attackRun} on what is loaded already. */
export async function attackLoadedRun(
  { run, dataset, session }: { run: Run; dataset: ImageDataset; session: Session },
  options: AttackRunOptions,
): Promise<AttackRunReport> {
  const { norm, seed, batch: batchSize, epsilon = COMMON_EPSILON[norm] } = options;
  const plan = planOf(options);
  const data = firstImages(dataset, options.images);
  const settings = {
    ...plan,
    norm,
    epsilon,
    seed,
    batchSize,
    images: data.labels.length,
    checkpoint: await sha256File(join(run.directory, "checkpoint.safetensors")),
  };
  const path = join(run.directory, "attacks", folderName(options, epsilon));
  let folder = await openAttackFolder(path, settings, options);
  if (folder.steps.length > 0) session.bars.say(`resuming after ${folder.steps.length} batches`);

  const predict = asPredict(run.model, run.checkpoint.state.parameters, dataset.normalisation);
  const flags = await classifierFlags(predict, someOf(data, CHECKED_IMAGES), plan);
  const { onProgress } = session.bars;
  const done = folder.steps.map(({ step }) => step);
  let startedMs = performance.now();
  const steps = { plan, norm, epsilon, seed, batchSize, done, onProgress };
  for await (const step of robustnessSteps(predict, data, steps)) {
    const seconds = (performance.now() - startedMs) / 1000;
    startedMs = performance.now();
    folder = await storeStep(folder, { step, seconds });
  }
  session.bars.stop();

  const report = {
    ...robustnessReport(
      folder.steps.map(({ step }) => step),
      { norm, epsilon, flags },
    ),
    attack: options.attack,
    seed,
    seconds: secondsOf(folder),
    engine: session.engine.engine,
  };
  await writeJson(join(path, "report.json"), report);
  return report;
}

/** What people tell attacks apart by, so that one does not replace another. */
function folderName(options: AttackRunOptions, epsilon: number): string {
  const { attack, norm, images, seed, steps, restarts } = options;
  const parts = [attack, norm, epsilon.toPrecision(4), `n${images}`, `seed${seed}`];
  if (steps !== undefined) parts.push(`steps${steps}`);
  if (restarts !== undefined) parts.push(`restarts${restarts}`);
  return parts.join("-");
}

function planOf({ attack, steps, restarts }: AttackRunOptions): AttackPlan {
  const { attacks, options } =
    attack === "autoattack" ? autoAttack("standard") : { attacks: [attack], options: {} };
  return {
    attacks,
    options: {
      ...options,
      ...(steps === undefined ? {} : { steps }),
      ...(restarts === undefined ? {} : { restarts }),
    },
  };
}

function firstImages({ test }: ImageDataset, images: number): AttackBatch {
  const count = Math.min(images, test.size);
  const chosen = takeBatch(
    test,
    Int32Array.from({ length: count }, (_, index) => index),
  );
  const pixels = Float32Array.from(chosen.images.data, (byte) => byte / 255);
  return { images: pixels, shape: chosen.images.shape, labels: chosen.labels };
}

function someOf({ images, shape, labels }: AttackBatch, most: number): AttackBatch {
  const [count, height, width, channel] = shape;
  const size = Math.min(most, count);
  return {
    images: images.subarray(0, size * height * width * channel),
    shape: [size, height, width, channel],
    labels: Array.from({ length: size }, (_, row) => labels[row] as number),
  };
}

function secondsOf({ steps }: AttackFolder): number {
  return steps.reduce((sum, { seconds }) => sum + seconds, 0);
}

function printReport(report: AttackRunReport): void {
  const { images, rows, norm, epsilon } = report;
  printTable(
    ["after", "attacked", "robust accuracy", "95 % interval"],
    rows.map(({ attack, attacked, survivors, robustAccuracy }) => {
      const { lower, upper } = wilsonInterval(survivors, images);
      return [
        attack,
        attack === "clean" ? "" : `${attacked}`,
        percent(robustAccuracy),
        `${percent(lower)} to ${percent(upper)}`,
      ];
    }),
    ["left", "right", "right", "right"],
  );
  printLine(`${report.convention}.`);
  printLine(
    `largest perturbation ${report.maxNorm.toFixed(6)} of ${epsilon.toFixed(6)} (${norm}), values in ` +
      `[${report.minimum}, ${report.maximum}], ${report.nanCount} NaN; ${report.seconds.toFixed(0)} s on ${report.engine}`,
  );
  for (const { code, message } of report.flags) printLine(`warning (${code}): ${message}`);
}
