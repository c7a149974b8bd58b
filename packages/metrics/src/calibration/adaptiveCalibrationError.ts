import type { CalibrationOptions } from "../calibrationError.ts";
import { assertBins } from "../calibrationError.ts";
import type { LabelledProbabilities, StreamingMetric } from "../streamingMetric.ts";
import {
  type ConfidenceState,
  type RankedCalibration,
  rankedCalibrationMetric,
} from "./rankedConfidences.ts";

/**
 * Returns the calibration error of the top-1 confidence over bins that hold equally many examples.
 *
 *     gap_b = |accuracy_b - confidence_b|,   l1 = Σ (n_b/n) gap_b,   l2 = √Σ (n_b/n) gap_b²,   max = max_b gap_b
 *
 * @param probabilities [batch, classes], row-major
 * @param labels        class indices, [batch]
 * @returns `value` is l1; bins are in ascending order of confidence
 *
 * Convention: by ascending confidence, sizes differ by at most one, larger bins first; of fewer examples than bins each
 * is its own. Equal confidences share their accuracy, so the order of examples does not matter.
 * Cost: O(n log n).
 *
 * @throws {ShapeError} if the lengths do not fit
 * @throws {ValueError} if a row is no distribution, a label or `bins` is out of range, or there is no example
 * @example
 * adaptiveCalibrationError([0.2, 0.8, 0.3, 0.7], [1, 0], { classes: 2, bins: 2 }).l2; // 0.5148
 *
 * @see Nguyen & O'Connor, EMNLP 2015; Nixon et al., Measuring Calibration in Deep Learning, CVPRW 2019.
 */
export function adaptiveCalibrationError(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  options: CalibrationOptions,
): RankedCalibration {
  const metric = adaptiveCalibrationErrorMetric(options);
  return metric.compute(metric.update(metric.init(), { probabilities, labels }));
}

/** Streaming form of {@link adaptiveCalibrationError}; its state keeps every confidence. */
export function adaptiveCalibrationErrorMetric({
  classes,
  bins = 15,
}: CalibrationOptions): StreamingMetric<ConfidenceState, LabelledProbabilities, RankedCalibration> {
  const where = "adaptiveCalibrationError";
  assertBins(where, bins);
  return rankedCalibrationMetric(where, classes, {
    ends(total) {
      const used = Math.min(bins, total);
      return Array.from({ length: used }, (_, b) => {
        return (b + 1) * Math.floor(total / used) + Math.min(b + 1, total % used);
      });
    },
    value: "l1",
    inWords: ({ length }) => `${length} bins of equal count`,
  });
}
