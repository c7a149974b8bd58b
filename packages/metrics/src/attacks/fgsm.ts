import type { Predict } from "@apr-kit/contracts";
import { type AttackBatch, openBatch } from "./attackBatch.ts";
import type { AttackOutcome, CommonOptions } from "./attackOutcome.ts";
import { pgd } from "./pgd.ts";
import type { Ball } from "./projectOntoBall.ts";

/**
 * Takes one step of the fast gradient sign method.
 *
 *     adversarial = clip(image + ε · sign(∂ cross-entropy / ∂ image))
 *     for L2 with ε · gradient / ‖gradient‖
 *
 * @param predict a differentiable classifier of [0, 1] images
 * @returns the perturbed images, misclassified or not
 *
 * @throws {ShapeError | ValueError} if the batch is malformed or `predict` returns no logits
 *
 * @see Goodfellow et al., Explaining and Harnessing Adversarial Examples, ICLR 2015, §4.
 */
export async function fgsm(
  predict: Predict,
  batch: AttackBatch,
  { norm, epsilon, ...options }: Ball & CommonOptions,
): Promise<AttackOutcome> {
  const rows = openBatch("fgsm", batch);
  const ball = { norm, epsilon };
  return pgd(predict, rows, {
    ...options,
    ...ball,
    steps: 1,
    stepSize: epsilon,
    randomStart: false,
  });
}
