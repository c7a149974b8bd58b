import { show, ValueError } from "@apr-kit/contracts";
import { assertClasses, assertLogits } from "./assertScores.ts";
import type { LabelledLogits, Rate, StreamingMetric } from "./streamingMetric.ts";

export interface TopKOptions {
  readonly classes: number;
  /** How many best-scored classes may hold the label, in [1, classes]. */
  readonly k: number;
}

/** Examples seen so far. */
export interface HitCounts {
  readonly hits: number;
  readonly count: number;
}

/**
 * Returns the share of examples whose label is among the `k` best-scored classes.
 *
 *     rank(y) = #{j : s_j > s_y} + #{j < y : s_j = s_y},   hit if rank(y) < k
 *
 * @param logits  [batch, classes], row-major; any strictly increasing function of them gives the same
 * @param labels  class indices, [batch]
 *
 * Convention: of equal scores the lower index ranks first, so k = 1 agrees with numpy.argmax.
 *
 * @throws {ShapeError} if the lengths do not fit
 * @throws {ValueError} if a logit is NaN, a label is out of range, k is out of range or there is no example
 * @example
 * topKAccuracy([3, 2, 1, 3, 2, 1], [1, 2], { classes: 3, k: 2 }).value; // 0.5
 */
export function topKAccuracy(
  logits: ArrayLike<number>,
  labels: ArrayLike<number>,
  options: TopKOptions,
): Rate {
  const metric = topKAccuracyMetric(options);
  return metric.compute(metric.update(metric.init(), { logits, labels }));
}

/** Streaming form of {@link topKAccuracy}. */
export function topKAccuracyMetric({
  classes,
  k,
}: TopKOptions): StreamingMetric<HitCounts, LabelledLogits, Rate> {
  assertClasses("topKAccuracy", classes);
  if (!(Number.isInteger(k) && k >= 1 && k <= classes)) {
    throw new ValueError("topKAccuracy", {
      expected: `k to be an integer in [1, ${classes}]`,
      actual: show(k),
    });
  }
  return {
    init: () => ({ hits: 0, count: 0 }),
    update(state, { logits, labels }) {
      assertLogits("topKAccuracy", logits, labels, classes);
      let hits = state.hits;
      for (let row = 0; row < labels.length; row++) {
        if (rankOfLabel(logits, row * classes, labels[row] as number, classes) < k) hits++;
      }
      return { hits, count: state.count + labels.length };
    },
    compute: ({ hits, count }) => {
      assertNotEmpty("topKAccuracy", count);
      const value = hits / count;
      const convention = `share of ${count} examples whose label is in the top ${k} of ${classes} classes; equal scores: lower index first`;
      return { value, hits, count, convention };
    },
  };
}

/** Throws a ValueError if nothing was counted. */
export function assertNotEmpty(where: string, count: number): void {
  if (count > 0) return;
  throw new ValueError(where, { expected: "at least one example", actual: "none" });
}

function rankOfLabel(
  logits: ArrayLike<number>,
  start: number,
  label: number,
  classes: number,
): number {
  const own = logits[start + label] as number;
  let rank = 0;
  for (let k = 0; k < classes; k++) {
    const score = logits[start + k] as number;
    if (score > own || (score === own && k < label)) rank++;
  }
  return rank;
}
