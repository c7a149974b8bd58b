import type { Predict } from "@apr-kit/contracts";
import { type ApgdOptions, apgdStart } from "./apgd.ts";
import { assertBall, assertPositiveInteger } from "./assertOptions.ts";
import { type AttackBatch, openBatch } from "./attackBatch.ts";
import { type AttackOutcome, attackSurvivors, cleanOutcome } from "./attackOutcome.ts";
import { dlrTargetedLoss } from "./dlrTargetedLoss.ts";
import { spreadProgress } from "./spreadProgress.ts";
import { targetClasses } from "./targetClasses.ts";

export interface ApgdTargetedOptions extends Omit<ApgdOptions, "loss"> {
  /** Targets per image: the classes ranked 2, 3, … on the clean logits; default 9 or as many as there are. */
  readonly targets?: number;
}

/**
 * Runs Auto-PGD on the targeted difference-of-logits ratio, towards one class after the other.
 *
 * @param predict a differentiable classifier of [0, 1] images with at least 4 classes
 * @returns as {@link apgd}
 *
 * Randomness: as {@link apgd}; the starts of different targets are different.
 *
 * @throws {ShapeError | ValueError} if the batch or an option is malformed, or there are under 4 classes
 *
 * @see Croce and Hein, ICML 2020, §4.2 and §5.
 */
export async function apgdTargeted(
  predict: Predict,
  batch: AttackBatch,
  { targets = 9, restarts = 1, onProgress, ...options }: ApgdTargetedOptions,
): Promise<AttackOutcome> {
  const rows = openBatch("apgdTargeted", batch);
  assertBall("apgdTargeted", options);
  assertPositiveInteger("apgdTargeted", "targets", targets);
  assertPositiveInteger("apgdTargeted", "restarts", restarts);
  let outcome = await cleanOutcome(predict, rows);
  const rounds = targets * restarts;
  for (let round = 0; round < rounds; round++) {
    const rank = 2 + Math.floor(round / restarts);
    const progress = spreadProgress(onProgress, { round, rounds, images: rows.labels.length });
    const { zeroGradients } = outcome;
    outcome = await attackSurvivors(rows, outcome, async (chosen) => {
      const goals = await targetClasses(predict, chosen, rank);
      if (goals === undefined) return cleanOutcome(predict, chosen);
      const rowLoss = (logits: Float32Array, row: number) =>
        dlrTargetedLoss(logits, {
          label: chosen.labels[row] as number,
          target: goals[row] as number,
        });
      const start = { ...options, ...progress, task: "apgd-t", rowLoss, restart: round };
      return apgdStart(predict, chosen, start);
    });
    if (round > 0) outcome = { ...outcome, zeroGradients };
  }
  return outcome;
}
