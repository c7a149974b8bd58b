import { ValueError } from "@apr-kit/contracts";
import type { ClassesOption } from "./accuracy.ts";
import {
  areProbabilities,
  assertLogits,
  assertNoProbabilities,
  type ProbabilitiesOption,
} from "./assertScores.ts";
import type { LabelledLogits, Measurement, StreamingMetric } from "./streamingMetric.ts";
import { assertNotEmpty } from "./topKAccuracy.ts";

export interface LikelihoodOptions extends ClassesOption, ProbabilitiesOption {}

export interface LogLikelihoodSum {
  readonly sum: number;
  readonly count: number;
  /** A row, if all so far could be probabilities. */
  readonly probabilities?: readonly number[];
}

/**
 * Returns the mean negative log-likelihood of the labels.
 *
 *     -(1/n) Σ log softmax(logits)[label]
 *
 * @param logits [batch, classes], row-major, unnormalised
 * @param labels class indices, [batch]
 * @returns nats per example, ≥ 0
 *
 * Convention: natural logarithm; log-softmax with the row's maximum taken out, in float64.
 *
 * @throws {ShapeError} if the lengths do not fit
 * @throws {ValueError} if a logit is NaN, a row's maximum is infinite, a label is out of range, there is no
 *   example, or probabilities are given
 * @example
 * negativeLogLikelihood([0, 0], [1], { classes: 2 }).value; // 0.6931 = ln 2
 */
export function negativeLogLikelihood(
  logits: ArrayLike<number>,
  labels: ArrayLike<number>,
  options: LikelihoodOptions,
): Measurement {
  const metric = negativeLogLikelihoodMetric(options);
  return metric.compute(metric.update(metric.init(), { logits, labels }));
}

/** Streaming form of {@link negativeLogLikelihood}. */
export function negativeLogLikelihoodMetric({
  classes,
  refuseProbabilities = true,
}: LikelihoodOptions): StreamingMetric<LogLikelihoodSum, LabelledLogits, Measurement> {
  const where = "negativeLogLikelihood";
  return {
    init: () => ({ sum: 0, count: 0, probabilities: [] }),
    update(state, { logits, labels }) {
      assertLogits(where, logits, labels, classes);
      let sum = state.sum;
      for (let row = 0; row < labels.length; row++) {
        const label = labels[row] as number;
        sum += logSumExp(logits, row, classes) - (logits[row * classes + label] as number);
      }
      const count = state.count + labels.length;
      if (labels.length === 0) return state;
      const isSuspect = state.probabilities !== undefined && areProbabilities(logits, classes);
      if (!isSuspect) return { sum, count };
      return { sum, count, probabilities: Array.from(logits).slice(0, classes) };
    },
    compute({ sum, count, probabilities = [] }) {
      assertNotEmpty(where, count);
      if (refuseProbabilities) assertNoProbabilities(where, probabilities, classes);
      return { value: sum / count, convention: `mean over ${count} examples, natural logarithm` };
    },
  };
}

function logSumExp(logits: ArrayLike<number>, row: number, classes: number): number {
  let maximum = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < classes; k++) {
    maximum = Math.max(maximum, logits[row * classes + k] as number);
  }
  if (!Number.isFinite(maximum)) {
    throw new ValueError("negativeLogLikelihood", {
      expected: `the largest logit of row ${row} to be finite`,
      actual: `${maximum}`,
    });
  }
  let sum = 0;
  for (let k = 0; k < classes; k++) {
    sum += Math.exp((logits[row * classes + k] as number) - maximum);
  }
  return maximum + Math.log(sum);
}
