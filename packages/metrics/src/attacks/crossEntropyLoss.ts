import type { LossOfLogits } from "./lossAndGradient.ts";

/**
 * Returns the cross-entropy of one row of logits, and its derivative.
 *
 *     loss = log Σ_k exp(z_k) - z_label,   ∂loss/∂z_k = softmax(z)_k - [k = label]
 *
 * @param logits [classes]
 */
export function crossEntropyLoss(logits: ArrayLike<number>, label: number): LossOfLogits {
  const gradient = Float64Array.from(logits);
  const maximum = gradient.reduce((a, b) => Math.max(a, b));
  let others = 0; // without the largest, so that log1p keeps what 1 + others would lose
  let isCounted = false;
  gradient.forEach((value, k) => {
    gradient[k] = Math.exp(value - maximum);
    if (value === maximum && !isCounted) isCounted = true;
    else others += gradient[k] as number;
  });
  const sum = 1 + others;
  let rest = 0;
  gradient.forEach((value, k) => {
    if (k !== label) rest += value;
    gradient[k] = value / sum;
  });
  gradient[label] = -rest / sum; // p - 1 without cancellation
  return { value: Math.log1p(others) + (maximum - (logits[label] as number)), gradient };
}
