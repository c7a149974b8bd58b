import { ValueError } from "@apr-kit/contracts";
import type { ClassesOption } from "./accuracy.ts";
import { areProbabilities, assertLogits } from "./assertScores.ts";
import type { LabelledLogits, Measurement, StreamingMetric } from "./streamingMetric.ts";
import { assertNotEmpty } from "./topKAccuracy.ts";

export interface LikelihoodOptions extends ClassesOption {
  /** Throw if a whole batch looks like probabilities. Off by default: nothing is guessed unasked. */
  readonly refuseProbabilities?: boolean;
}

export interface LogLikelihoodSum {
  readonly sum: number;
  readonly count: number;
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
 *   example, or probabilities are refused and given
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
  refuseProbabilities = false,
}: LikelihoodOptions): StreamingMetric<LogLikelihoodSum, LabelledLogits, Measurement> {
  const where = "negativeLogLikelihood";
  return {
    init: () => ({ sum: 0, count: 0 }),
    update(state, { logits, labels }) {
      assertLogits(where, logits, labels, classes);
      if (refuseProbabilities && areProbabilities(logits, classes)) {
        throw new ValueError(where, {
          expected: "logits",
          actual: "rows that are all probabilities (give their logarithms)",
        });
      }
      let sum = state.sum;
      for (let row = 0; row < labels.length; row++) {
        const label = labels[row] as number;
        sum += logSumExp(logits, row, classes) - (logits[row * classes + label] as number);
      }
      return { sum, count: state.count + labels.length };
    },
    compute({ sum, count }) {
      assertNotEmpty(where, count);
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
