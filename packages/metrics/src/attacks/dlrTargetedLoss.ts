import { assertClassCount, DLR_EPSILON, quotient } from "./dlrLoss.ts";
import type { LossOfLogits } from "./lossAndGradient.ts";
import { descending } from "./rankedClass.ts";

/**
 * Returns the targeted difference-of-logits ratio of one row, and its derivative.
 *
 *     loss = -(z_label - z_target) / (z_(1) - (z_(3) + z_(4)) / 2 + 1e-12)
 *
 * @param logits [classes], at least 4
 * @throws {ValueError} if there are fewer than 4 classes
 *
 * @see Croce and Hein, ICML 2020, §4.2, Eq. (7).
 */
export function dlrTargetedLoss(
  logits: ArrayLike<number>,
  { label, target }: { readonly label: number; readonly target: number },
): LossOfLogits {
  assertClassCount("dlrTargetedLoss", logits, 4);
  const [first, , third, fourth] = descending(logits) as [number, number, number, number];
  const z = (k: number) => logits[k] as number;
  return quotient(
    logits.length,
    {
      value: z(target) - z(label),
      derivative: [
        [target, 1],
        [label, -1],
      ],
    },
    {
      value: z(first) - 0.5 * (z(third) + z(fourth)) + DLR_EPSILON,
      derivative: [
        [first, 1],
        [third, -0.5],
        [fourth, -0.5],
      ],
    },
  );
}
