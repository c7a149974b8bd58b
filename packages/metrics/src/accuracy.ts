import type { LabelledLogits, Rate, StreamingMetric } from "./streamingMetric.ts";
import { type HitCounts, topKAccuracy, topKAccuracyMetric } from "./topKAccuracy.ts";

export interface ClassesOption {
  readonly classes: number;
}

/**
 * Returns the share of examples whose best-scored class is the label: {@link topKAccuracy} with k = 1.
 *
 * @param logits [batch, classes], row-major
 * @param labels class indices, [batch]
 *
 * @throws {ShapeError} if the lengths do not fit
 * @throws {ValueError} if a logit is NaN, a label is out of range or there is no example
 * @example
 * accuracy([2, 1, 0, 4], [0, 0], { classes: 2 }).value; // 0.5
 */
export function accuracy(
  logits: ArrayLike<number>,
  labels: ArrayLike<number>,
  { classes }: ClassesOption,
): Rate {
  return topKAccuracy(logits, labels, { classes, k: 1 });
}

/** Streaming form of {@link accuracy}. */
export function accuracyMetric({
  classes,
}: ClassesOption): StreamingMetric<HitCounts, LabelledLogits, Rate> {
  return topKAccuracyMetric({ classes, k: 1 });
}
