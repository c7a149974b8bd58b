import { ValueError } from "@apr-kit/contracts";
import type { LossOfLogits } from "./lossAndGradient.ts";
import { descending } from "./rankedClass.ts";

/** Keeps the quotient finite where all logits are equal, as the reference does. */
export const DLR_EPSILON = 1e-12;

/**
 * Returns the difference-of-logits ratio of one row, and its derivative.
 *
 *     loss = -(z_label - max_{k ≠ label} z_k) / (z_(1) - z_(3) + 1e-12),   z_(1) ≥ z_(2) ≥ …
 *
 * Invariant to shifting and scaling the logits, so it does not vanish for a confident network.
 *
 * @param logits [classes], at least 3
 * @throws {ValueError} if there are fewer than 3 classes
 *
 * @see Croce and Hein, Reliable Evaluation of Adversarial Robustness…, ICML 2020, §4.2.
 */
export function dlrLoss(logits: ArrayLike<number>, label: number): LossOfLogits {
  assertClassCount("dlrLoss", logits, 3);
  const [first, second, third] = descending(logits) as [number, number, number];
  const rival = first === label ? second : first;
  const z = (k: number) => logits[k] as number;
  return quotient(
    logits.length,
    {
      value: z(rival) - z(label),
      derivative: [
        [rival, 1],
        [label, -1],
      ],
    },
    {
      value: z(first) - z(third) + DLR_EPSILON,
      derivative: [
        [first, 1],
        [third, -1],
      ],
    },
  );
}

/** A scalar and its non-zero derivatives by class; a class may occur twice. */
interface Scalar {
  readonly value: number;
  readonly derivative: readonly (readonly [number, number])[];
}

/**
 * numerator / denominator with its derivative, in float32 as the reference has it: where both are equal the
 * derivative is then exactly zero, and not a rounding error that an attack would follow.
 */
export function quotient(classes: number, numerator: Scalar, denominator: Scalar): LossOfLogits {
  const { fround } = Math;
  const over = fround(denominator.value);
  const value = fround(fround(numerator.value) / over);
  const gradient = new Float64Array(classes);
  for (const [k, slope] of numerator.derivative) {
    gradient[k] = (gradient[k] as number) + fround(slope / over);
  }
  for (const [k, slope] of denominator.derivative) {
    gradient[k] = (gradient[k] as number) - fround(fround(value * slope) / over);
  }
  return { value, gradient };
}

/** Throws a ValueError if there are fewer classes than a loss needs. */
export function assertClassCount(where: string, logits: ArrayLike<number>, least: number): void {
  if (logits.length >= least) return;
  throw new ValueError(where, {
    expected: `at least ${least} classes`,
    actual: `${logits.length}`,
  });
}
