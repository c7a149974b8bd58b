import { join } from "node:path";
import { sha256File } from "@apr-kit/cache";
import type { ImageDataset } from "@apr-kit/datasets";
import {
  type AttackName,
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
import { CliError } from "../terminal/cliError.ts";
import { printJson } from "../terminal/output.ts";
import { type AttackFolder, openAttackFolder, storeStep, writeJson } from "./attackFolder.ts";
import { firstImages, planOf, someOf } from "./attackInputs.ts";
import {
  type OfficialAttack,
  type OfficialAttackOptions,
  officialAttack,
} from "./officialAttack.ts";
import { printAttackReport } from "./printAttackReport.ts";

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
  /** A Python with torch and fra31/auto-attack, which is then run too. */
  readonly reference?: string;
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
  printAttackReport(report);
}

/** A report with what it cost. */
export interface AttackRunReport extends RobustnessReport {
  readonly attack: string;
  readonly seed: number;
  /** Of all batches, resumed ones included. */
  readonly seconds: number;
  readonly engine: string;
  /** The published attack on the same weights and images, where it was asked for. */
  readonly official?: OfficialAttack;
}

interface Loaded {
  readonly run: Run;
  readonly dataset: ImageDataset;
  readonly session: Session;
}

/** {@link attackRun} on what is loaded already. */
export async function attackLoadedRun(
  { run, dataset, session }: Loaded,
  options: AttackRunOptions,
): Promise<AttackRunReport> {
  const { norm, seed, batch: batchSize, epsilon = COMMON_EPSILON[norm] } = options;
  assertReference(options);
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
  const finished = folder.steps.map(({ step }) => step);
  const official =
    options.reference === undefined
      ? {}
      : await compared(
          { run, dataset, session },
          { data, steps: finished },
          { python: options.reference, attacks: plan.attacks, norm, epsilon, batchSize, seed },
        );
  const report = {
    ...robustnessReport(finished, { norm, epsilon, flags }),
    attack: options.attack,
    seed,
    seconds: secondsOf(folder),
    engine: session.engine.engine,
    ...official,
  };
  await writeJson(join(path, "report.json"), report);
  return report;
}

async function compared(
  { run, dataset, session }: Loaded,
  ours: Parameters<typeof officialAttack>[1],
  options: OfficialAttackOptions,
): Promise<Pick<AttackRunReport, "official">> {
  session.bars.say(`running fra31/auto-attack with ${options.python}, which shows no progress`);
  return { official: await officialAttack({ run, dataset }, ours, options) };
}

/** The published package has the protocol's settings and no FGSM or PGD. */
function assertReference({ reference, attack, steps, restarts }: AttackRunOptions): void {
  if (reference === undefined) return;
  const isOfficial = attack !== "fgsm" && attack !== "pgd";
  if (isOfficial && steps === undefined && restarts === undefined) return;
  throw new CliError(
    "USAGE",
    "--reference: expected an attack of AutoAttack without --steps and --restarts, which the published package runs",
  );
}

/** What people tell attacks apart by, so that one does not replace another. */
function folderName(options: AttackRunOptions, epsilon: number): string {
  const { attack, norm, images, seed, steps, restarts } = options;
  const parts = [attack, norm, epsilon.toPrecision(4), `n${images}`, `seed${seed}`];
  if (steps !== undefined) parts.push(`steps${steps}`);
  if (restarts !== undefined) parts.push(`restarts${restarts}`);
  return parts.join("-");
}

function secondsOf({ steps }: AttackFolder): number {
  return steps.reduce((sum, { seconds }) => sum + seconds, 0);
}
