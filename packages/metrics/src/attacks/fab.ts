import { createRng, type Predict, type Rng } from "@apr-kit/contracts";
import { assertBall, assertPositiveInteger } from "./assertOptions.ts";
import { type AttackBatch, type AttackRows, openBatch, rowOf } from "./attackBatch.ts";
import {
  type AttackOutcome,
  attackSurvivors,
  type CommonOptions,
  cleanOutcome,
  type Stop,
} from "./attackOutcome.ts";
import { fabRun } from "./fabRun.ts";
import { logitDifference } from "./logitDifference.ts";
import type { Ball } from "./projectOntoBall.ts";
import { randomDirection } from "./randomDirection.ts";
import { spreadProgress } from "./spreadProgress.ts";
import { targetClasses } from "./targetClasses.ts";

export interface FabOptions extends Ball, CommonOptions {
  /** Targets per image: the classes ranked 2, 3, … on the clean logits; default 9 or as many as there are. */
  readonly targets?: number;
  /** Default 100. */
  readonly iterations?: number;
  /** Starts per target: the first at the image, others within ε/2 of it; default 1. */
  readonly restarts?: number;
  /** Default "never". */
  readonly stop?: Stop;
}

/**
 * Runs the targeted Fast Adaptive Boundary attack, which looks for the nearest adversarial image.
 *
 * @param predict a differentiable classifier of [0, 1] images
 * @returns the nearest adversarial image found, where it lies within ε; the clean image elsewhere
 *
 * Convention: α_max = .1, overshoot η = 1.05, backward step β = .9, as in AutoAttack.
 * Randomness: none with one restart; others draw from (seed, "fab.start", restart, sample).
 *
 * @throws {ShapeError | ValueError} if the batch or an option is malformed, or `predict` returns no logits
 *
 * @see Croce and Hein, Minimally Distorted Adversarial Examples with a Fast Adaptive Boundary Attack,
 *      ICML 2020, Algorithm 1.
 *      Differs from fra31/auto-attack in: draws; the projection is exact where the reference bisects.
 */
export async function fab(
  predict: Predict,
  batch: AttackBatch,
  { targets = 9, restarts = 1, seed = 0, onProgress, ...options }: FabOptions,
): Promise<AttackOutcome> {
  const { norm, epsilon, iterations = 100, stop = "never" } = options;
  const rows = openBatch("fab", batch);
  assertBall("fab", options);
  assertPositiveInteger("fab", "targets", targets);
  assertPositiveInteger("fab", "iterations", iterations);
  assertPositiveInteger("fab", "restarts", restarts);
  let outcome = await cleanOutcome(predict, rows);
  const rounds = targets * restarts;
  for (let round = 0; round < rounds; round++) {
    const rank = 2 + Math.floor(round / restarts);
    const progress = spreadProgress(onProgress, { round, rounds, images: rows.labels.length });
    outcome = await attackSurvivors(rows, outcome, async (chosen) => {
      const goals = await targetClasses(predict, chosen, rank);
      if (goals === undefined) return cleanOutcome(predict, chosen);
      const isRandom = round % restarts > 0;
      const starts = isRandom
        ? randomStarts(chosen, { norm, epsilon, seed, round })
        : chosen.images;
      const loss = (logits: Float32Array, row: number) =>
        logitDifference(logits, {
          label: chosen.labels[row] as number,
          target: goals[row] as number,
        });
      const run = { norm, epsilon, iterations, stop, loss, ...progress };
      return fabRun(predict, { rows: chosen, starts }, run);
    });
  }
  return { ...outcome, zeroGradients: 0 };
}

function randomStarts(
  rows: AttackRows,
  { norm, epsilon, seed, round }: Ball & { readonly seed: number; readonly round: number },
): Float32Array {
  const starts = rows.images.slice();
  rows.samples.forEach((sample, row) => {
    const rng = createRng({ seed, purpose: "fab.start", epoch: round, sample });
    perturb(rowOf(starts, row, rows.size), { norm, epsilon }, rng);
  });
  return starts;
}

function perturb(image: Float32Array, { norm, epsilon }: Ball, rng: Rng): void {
  const direction = randomDirection(norm, rng, image.length);
  image.forEach((value, p) => {
    image[p] = Math.min(1, Math.max(0, value + 0.5 * epsilon * (direction[p] as number)));
  });
}
