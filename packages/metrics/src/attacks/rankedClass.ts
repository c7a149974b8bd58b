import type { HostLogits } from "./hostLogits.ts";

/** Index of the largest logit of one row; equal ones: the lowest. */
export function largestLogit({ values, classes }: HostLogits, row: number): number {
  return rankedClass({ values, classes }, row, 1);
}

/** The class at `rank` of one row, 1 for the largest logit; equal ones: lower index first. */
export function rankedClass({ values, classes }: HostLogits, row: number, rank: number): number {
  const logits = values.subarray(row * classes, (row + 1) * classes);
  if (rank === 1) {
    let best = 0;
    for (let k = 1; k < classes; k++)
      if ((logits[k] as number) > (logits[best] as number)) best = k;
    return best;
  }
  return descending(logits)[rank - 1] as number;
}

/** Classes by falling logit; equal ones: lower index first. */
export function descending(logits: ArrayLike<number>): number[] {
  const order = Array.from({ length: logits.length }, (_, k) => k);
  return order.sort((a, b) => (logits[b] as number) - (logits[a] as number) || a - b);
}
