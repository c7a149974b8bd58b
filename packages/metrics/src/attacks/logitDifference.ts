import type { LossOfLogits } from "./lossAndGradient.ts";

/** Returns z_target - z_label of one row of logits, and its derivative. */
export function logitDifference(
  logits: ArrayLike<number>,
  { label, target }: { readonly label: number; readonly target: number },
): LossOfLogits {
  const gradient = new Float64Array(logits.length);
  gradient[target] = 1;
  gradient[label] = -1;
  return { value: (logits[target] as number) - (logits[label] as number), gradient };
}
