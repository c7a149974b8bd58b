import { accuracyMetric, type ClassesOption } from "./accuracy.ts";
import type { LabelledLogits, Rate, StreamingMetric } from "./streamingMetric.ts";
import type { HitCounts } from "./topKAccuracy.ts";

/**
 * Returns the share of examples whose best-scored class is not the label: 1 - accuracy, counted exactly.
 *
 * @param logits [batch, classes], row-major
 * @param labels class indices, [batch]
 * @returns `hits` counts the mistakes
 *
 * @throws as `accuracy` does
 * @example
 * errorRate([2, 1, 0, 4, 0, 1], [0, 0, 1], { classes: 2 }).value; // 1/3
 */
export function errorRate(
  logits: ArrayLike<number>,
  labels: ArrayLike<number>,
  options: ClassesOption,
): Rate {
  const metric = errorRateMetric(options);
  return metric.compute(metric.update(metric.init(), { logits, labels }));
}

/** Streaming form of {@link errorRate}. */
export function errorRateMetric(
  options: ClassesOption,
): StreamingMetric<HitCounts, LabelledLogits, Rate> {
  const correct = accuracyMetric(options);
  return {
    init: correct.init,
    update: correct.update,
    compute(state) {
      const { hits, count } = correct.compute(state);
      const mistakes = count - hits;
      const convention = `share of ${count} examples whose best-scored of ${options.classes} classes is not the label; equal scores: lower index first`;
      return { value: mistakes / count, hits: mistakes, count, convention };
    },
  };
}
