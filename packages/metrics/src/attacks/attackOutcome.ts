import type { OnProgress } from "@apr-kit/contracts";
import type { AsyncPredict } from "./asyncPredict.ts";
import { type AttackRows, rowOf, takeRows } from "./attackBatch.ts";
import { assertLabels, hostLogits } from "./hostLogits.ts";
import { largestLogit } from "./rankedClass.ts";

/** What an attack found. */
export interface AttackOutcome {
  /** As the input: [batch, height, width, channel] in [0, 1]. */
  readonly images: Float32Array;
  /** 1 where the returned image is misclassified. */
  readonly isBroken: Uint8Array;
  /** Images whose first gradient was zero everywhere, which makes white-box attacks blind; 0 for black-box. */
  readonly zeroGradients: number;
}

/** What every attack takes. */
export interface CommonOptions {
  /** Seeds the random draws of every sample, default 0. */
  readonly seed?: number;
  /** Counts image-steps: one gradient or one query of one image. */
  readonly onProgress?: OnProgress;
}

/**
 * When an image leaves an iterative attack: "success" once it is misclassified within the ball, "never" to
 * run all iterations and return the last (FAB: the nearest) adversarial image as the reference does.
 * Robust accuracy is the same.
 */
export type Stop = "success" | "never";

/** The clean images and which of them are misclassified already. */
export async function cleanOutcome(
  predict: AsyncPredict,
  rows: AttackRows,
): Promise<AttackOutcome> {
  const isBroken = await brokenRows(predict, rows);
  return { images: rows.images.slice(), isBroken, zeroGradients: 0 };
}

/** Marks the misclassified rows. */
export async function brokenRows(predict: AsyncPredict, rows: AttackRows): Promise<Uint8Array> {
  if (rows.labels.length === 0) return new Uint8Array(0);
  const logits = await hostLogits(predict, rows.images, rows.shape);
  assertLabels(rows.labels, logits);
  return Uint8Array.from(rows.labels, (label, row) =>
    largestLogit(logits, row) === label ? 0 : 1,
  );
}

/** Numbers of the rows that are still classified rightly. */
export function survivors(isBroken: Uint8Array): number[] {
  return [...isBroken.keys()].filter((row) => isBroken[row] === 0);
}

/**
 * Lets `attempt` have the survivors of `outcome`, and takes over what it breaks.
 *
 * @returns the outcome after it, `outcome` itself where nobody survived
 */
export async function attackSurvivors(
  rows: AttackRows,
  outcome: AttackOutcome,
  attempt: (rows: AttackRows) => Promise<AttackOutcome>,
): Promise<AttackOutcome> {
  const chosen = survivors(outcome.isBroken);
  if (chosen.length === 0) return outcome;
  const found = await attempt(takeRows(rows, chosen));
  const images = outcome.images.slice();
  const isBroken = outcome.isBroken.slice();
  chosen.forEach((row, k) => {
    if (found.isBroken[k] === 0) return;
    isBroken[row] = 1;
    images.set(rowOf(found.images, k, rows.size), row * rows.size);
  });
  return { images, isBroken, zeroGradients: outcome.zeroGradients + found.zeroGradients };
}
