import { assertProbabilities } from "../assertScores.ts";
import { assertBins, binOf, type CalibrationOptions } from "../calibrationError.ts";
import type { LabelledProbabilities, Measurement, StreamingMetric } from "../streamingMetric.ts";
import { assertNotEmpty } from "../topKAccuracy.ts";

/** Calibration error of every class's probability, and their mean. */
export interface ClasswiseCalibration extends Measurement {
  readonly byClass: readonly number[];
}

/** Sums by class and bin, [classes, bins] row-major. */
export interface ClasswiseSums {
  readonly count: number;
  /** Labels that are the class, minus probabilities of it. */
  readonly differences: readonly number[];
}

/**
 * Returns the mean over classes of the calibration error of that class's probability.
 *
 *     value = (1/classes) Σ_k Σ_b |Σ_{i in b} (1[y_i = k] - p_ik)| / n
 *
 * @param probabilities [batch, classes], row-major
 * @param labels        class indices, [batch]
 *
 * Convention: equal bins (lower, upper], default 15; probability 0 joins the first.
 * Cost: O(n · classes).
 *
 * @throws {ShapeError} if the lengths do not fit
 * @throws {ValueError} if a row is no distribution, a label or `bins` is out of range, or there is no example
 * @example
 * classwiseCalibrationError([0.2, 0.8, 0.3, 0.7], [1, 0], { classes: 2 }).byClass; // [0.45, 0.45]
 *
 * @see Kull et al., Beyond Temperature Scaling, NeurIPS 2019, Eq. (4).
 */
export function classwiseCalibrationError(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  options: CalibrationOptions,
): ClasswiseCalibration {
  const metric = classwiseCalibrationErrorMetric(options);
  return metric.compute(metric.update(metric.init(), { probabilities, labels }));
}

/** Streaming form of {@link classwiseCalibrationError}. */
export function classwiseCalibrationErrorMetric({
  classes,
  bins = 15,
}: CalibrationOptions): StreamingMetric<
  ClasswiseSums,
  LabelledProbabilities,
  ClasswiseCalibration
> {
  const where = "classwiseCalibrationError";
  assertBins(where, bins);
  return {
    init: () => ({ count: 0, differences: new Array<number>(classes * bins).fill(0) }),
    update(state, { probabilities, labels }) {
      assertProbabilities(where, probabilities, labels, classes);
      const differences = [...state.differences];
      for (let i = 0; i < probabilities.length; i++) {
        const probability = Math.min(1, probabilities[i] as number); // float32 may exceed 1
        const k = i % classes;
        const truth = labels[Math.floor(i / classes)] === k ? 1 : 0;
        differences[k * bins + binOf(probability, bins)]! += truth - probability;
      }
      return { count: state.count + labels.length, differences };
    },
    compute({ count, differences }) {
      assertNotEmpty(where, count);
      const byClass = Array.from({ length: classes }, (_, k) =>
        differences
          .slice(k * bins, (k + 1) * bins)
          .reduce((sum, difference) => sum + Math.abs(difference) / count, 0),
      );
      const value = byClass.reduce((sum, error) => sum + error, 0) / classes;
      const convention = `mean over ${classes} classes, ${bins} equal bins (lower, upper], ${count} examples; l1`;
      return { value, byClass, convention };
    },
  };
}
