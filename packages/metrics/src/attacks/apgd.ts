import { createRng, type Predict } from "@apr-kit/contracts";
import { type ApgdRun, apgdRun } from "./apgdRun.ts";
import { assertBall, assertPositiveInteger } from "./assertOptions.ts";
import { type AttackBatch, type AttackRows, openBatch, rowOf } from "./attackBatch.ts";
import {
  type AttackOutcome,
  attackSurvivors,
  type CommonOptions,
  cleanOutcome,
  type Stop,
} from "./attackOutcome.ts";
import { crossEntropyLoss } from "./crossEntropyLoss.ts";
import { dlrLoss } from "./dlrLoss.ts";
import type { RowLoss } from "./lossAndGradient.ts";
import { type Ball, projectOntoBall } from "./projectOntoBall.ts";
import { randomDirection } from "./randomDirection.ts";

export interface ApgdOptions extends Ball, CommonOptions {
  /** Default "ce". */
  readonly loss?: "ce" | "dlr";
  /** Default 100. */
  readonly iterations?: number;
  /** Starts, the later ones for survivors only; default 1. */
  readonly restarts?: number;
  /** Start on the ball's surface (default) or at the image. */
  readonly randomStart?: boolean;
  /** Gradients averaged per iteration, for randomised classifiers; default 1. */
  readonly eotIterations?: number;
  /** Default "never". */
  readonly stop?: Stop;
}

/**
 * Runs Auto-PGD, which chooses its step size by itself, on cross-entropy or the difference-of-logits ratio.
 *
 * @param predict a differentiable classifier of [0, 1] images
 * @returns the last misclassified iterate of each image, the clean image where there is none; images that are
 * misclassified without an attack stay as they are
 *
 * Convention: 100 iterations, first step 2ε, momentum .75, ρ = .75, as in AutoAttack.
 * Randomness: a start draws its image's direction from (seed, "apgd.start", restart, sample).
 *
 * @throws {ShapeError | ValueError} if the batch or an option is malformed, or `predict` returns no logits
 *
 * @see Croce and Hein, Reliable Evaluation of Adversarial Robustness with an Ensemble of Diverse
 *      Parameter-free Attacks, ICML 2020, §4.
 *      Differs from fra31/auto-attack in: draws; cross-entropy in float64; L2 steps of vanishing gradients
 *      keep their length.
 */
export async function apgd(
  predict: Predict,
  batch: AttackBatch,
  options: ApgdOptions,
): Promise<AttackOutcome> {
  const rows = openBatch("apgd", batch);
  const { loss = "ce", restarts = 1 } = options;
  assertBall("apgd", options);
  assertPositiveInteger("apgd", "restarts", restarts);
  let outcome = await cleanOutcome(predict, rows);
  for (let restart = 0; restart < restarts; restart++) {
    const isFirst = restart === 0;
    const { zeroGradients } = outcome;
    outcome = await attackSurvivors(rows, outcome, (chosen) => {
      const rowLoss: RowLoss = (logits, row) =>
        (loss === "ce" ? crossEntropyLoss : dlrLoss)(logits, chosen.labels[row] as number);
      return apgdStart(predict, chosen, { ...options, task: `apgd-${loss}`, rowLoss, restart });
    });
    if (!isFirst) outcome = { ...outcome, zeroGradients };
  }
  return outcome;
}

/** What tells one start of APGD from another. */
export interface ApgdStartOptions extends Omit<ApgdOptions, "loss"> {
  readonly task: string;
  readonly rowLoss: RowLoss;
  /** Names the start's random draws. */
  readonly restart: number;
}

/** One start of APGD on a loss, from a random point or the image. */
export function apgdStart(
  predict: Predict,
  rows: AttackRows,
  options: ApgdStartOptions,
): Promise<ApgdRun> {
  const { norm, epsilon, iterations = 100, eotIterations = 1, stop = "never" } = options;
  const { seed = 0, randomStart = true, restart, task, rowLoss, onProgress } = options;
  assertPositiveInteger("apgd", "iterations", iterations);
  assertPositiveInteger("apgd", "eotIterations", eotIterations);
  const starts = rows.images.slice();
  if (randomStart) {
    rows.samples.forEach((sample, row) => {
      const start = rowOf(starts, row, rows.size);
      const rng = createRng({ seed, purpose: "apgd.start", epoch: restart, sample });
      const direction = randomDirection(norm, rng, rows.size);
      for (let p = 0; p < start.length; p++) {
        start[p] = (start[p] as number) + epsilon * (direction[p] as number);
      }
      projectOntoBall(start, rowOf(rows.images, row, rows.size), { norm, epsilon });
    });
  }
  const run = { norm, epsilon, iterations, eotIterations, stop, task, loss: rowLoss };
  return apgdRun(
    predict,
    { rows, starts },
    onProgress === undefined ? run : { ...run, onProgress },
  );
}
