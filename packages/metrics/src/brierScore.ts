import type { ClassesOption } from "./accuracy.ts";
import { assertProbabilities } from "./assertScores.ts";
import type { LabelledProbabilities, Measurement, StreamingMetric } from "./streamingMetric.ts";
import { assertNotEmpty } from "./topKAccuracy.ts";

export interface BrierSum {
  readonly sum: number;
  readonly count: number;
}

/**
 * Returns the mean Brier score over all classes.
 *
 *     (1/n) Σ_i Σ_k (p_ik - 1[y_i = k])²
 *
 * @param probabilities [batch, classes], row-major
 * @param labels        class indices, [batch]
 * @returns a number in [0, 2]; for two classes twice scikit-learn's brier_score_loss
 *
 * @throws {ShapeError} if the lengths do not fit
 * @throws {ValueError} if a row is no distribution, a label is out of range or there is no example
 * @example
 * brierScore([0.2, 0.8, 0.3, 0.7], [1, 0], { classes: 2 }).value; // 0.53
 *
 * @see Brier, Verification of Forecasts Expressed in Terms of Probability, Monthly Weather Review 1950.
 */
export function brierScore(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  options: ClassesOption,
): Measurement {
  const metric = brierScoreMetric(options);
  return metric.compute(metric.update(metric.init(), { probabilities, labels }));
}

/** Streaming form of {@link brierScore}. */
export function brierScoreMetric({
  classes,
}: ClassesOption): StreamingMetric<BrierSum, LabelledProbabilities, Measurement> {
  return {
    init: () => ({ sum: 0, count: 0 }),
    update(state, { probabilities, labels }) {
      assertProbabilities("brierScore", probabilities, labels, classes);
      let sum = state.sum;
      for (let row = 0; row < labels.length; row++) {
        for (let k = 0; k < classes; k++) {
          const truth = labels[row] === k ? 1 : 0;
          sum += ((probabilities[row * classes + k] as number) - truth) ** 2;
        }
      }
      return { sum, count: state.count + labels.length };
    },
    compute({ sum, count }) {
      assertNotEmpty("brierScore", count);
      const convention = `squared error summed over ${classes} classes, mean over ${count} examples; range [0, 2]`;
      return { value: sum / count, convention };
    },
  };
}
