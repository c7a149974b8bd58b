import { createRng, type Rng, show, ValueError } from "@apr-kit/contracts";
import type { ConfidenceOption, Interval } from "./wilsonInterval.ts";

export interface BootstrapOptions extends ConfidenceOption {
  readonly seed: number;
  /** How many times to draw, integer ≥ 2, default 1000. */
  readonly resamples?: number;
}

/**
 * Returns percentile bootstrap intervals of several statistics of the same samples.
 *
 * @param groups    independent samples, for example scores of both kinds of images; each is resampled on its own
 * @param statistics from resampled groups to named numbers; called once per resample
 * @returns one interval per name; covers the sampling of test images only, not the randomness of training
 *
 * Convention: a resample draws as many values as the group has, with replacement, and lists them in the group's order (a
 * sorted group stays sorted). Bounds are quantiles (1 ± confidence)/2, linear between neighbours.
 * Randomness: the stream { seed, purpose "metrics.bootstrap", sample: number of the resample }, one integer per value,
 * group by group.
 * Cost: resamples × (values + one call of `statistics`).
 *
 * @throws {ValueError} if a group is empty, resamples or confidence is out of range, or a statistic is not finite
 * @example
 * const groups = [[3, 2, 4], [1, 2, 0]];
 * const { auroc } = bootstrapIntervals(groups, ([inDistribution = [], outOfDistribution = []]) => {
 *   return { auroc: oodMetrics({ inDistribution, outOfDistribution }).auroc };
 * }, { seed: 1 });
 *
 * @see Efron & Tibshirani, An Introduction to the Bootstrap, 1993, §13.3.
 */
export function bootstrapIntervals<TName extends string>(
  groups: readonly ArrayLike<number>[],
  statistics: (resampled: readonly Float64Array[]) => Readonly<Record<TName, number>>,
  { seed, resamples = 1000, confidence = 0.95 }: BootstrapOptions,
): Record<TName, Interval> {
  assertArguments(groups, resamples, confidence);
  const drawn = new Map<TName, Float64Array>();
  for (let resample = 0; resample < resamples; resample++) {
    const rng = createRng({ seed, purpose: "metrics.bootstrap", sample: resample });
    const values = statistics(groups.map((group) => drawWithReplacement(group, rng)));
    for (const [name, value] of Object.entries(values) as [TName, number][]) {
      if (!Number.isFinite(value)) {
        throw new ValueError("bootstrapIntervals", {
          expected: `${name} of resample ${resample} to be finite`,
          actual: show(value),
        });
      }
      const list = drawn.get(name) ?? new Float64Array(resamples);
      list[resample] = value;
      drawn.set(name, list);
    }
  }
  const convention = `percentile bootstrap, ${confidence * 100} %, ${resamples} resamples, over independent test examples`;
  const intervals = Array.from(drawn, ([name, values]): [TName, Interval] => {
    const sorted = values.sort();
    const lower = quantile(sorted, (1 - confidence) / 2);
    const upper = quantile(sorted, (1 + confidence) / 2);
    return [name, { lower, upper, convention }];
  });
  return Object.fromEntries(intervals) as Record<TName, Interval>;
}

function drawWithReplacement(group: ArrayLike<number>, rng: Rng): Float64Array {
  const size = group.length;
  const times = new Uint32Array(size);
  for (let draw = 0; draw < size; draw++) times[rng.integer(size)]!++;
  const resampled = new Float64Array(size);
  let filled = 0;
  for (let index = 0; index < size; index++) {
    resampled.fill(group[index] as number, filled, filled + (times[index] as number));
    filled += times[index] as number;
  }
  return resampled;
}

/** Linear between neighbours, as numpy.quantile. */
function quantile(sorted: Float64Array, q: number): number {
  const position = q * (sorted.length - 1);
  const lower = Math.floor(position);
  const below = sorted[lower] as number;
  const above = sorted[Math.min(lower + 1, sorted.length - 1)] as number;
  return below + (position - lower) * (above - below);
}

function assertArguments(
  groups: readonly ArrayLike<number>[],
  resamples: number,
  confidence: number,
): void {
  const where = "bootstrapIntervals";
  const empty = groups.findIndex(({ length }) => length === 0);
  if (groups.length === 0 || empty >= 0) {
    throw new ValueError(where, {
      expected: `at least one value in ${empty < 0 ? "one group" : `group ${empty}`}`,
      actual: "none",
    });
  }
  if (!(Number.isInteger(resamples) && resamples >= 2)) {
    throw new ValueError(where, {
      expected: "resamples to be an integer ≥ 2",
      actual: show(resamples),
    });
  }
  if (!(confidence > 0 && confidence < 1)) {
    throw new ValueError(where, {
      expected: "confidence to be a fraction in (0, 1)",
      actual: show(confidence),
    });
  }
}
