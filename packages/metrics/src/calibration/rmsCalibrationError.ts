import { show, ValueError } from "@apr-kit/contracts";
import type { ClassesOption } from "../accuracy.ts";
import type { LabelledProbabilities, StreamingMetric } from "../streamingMetric.ts";
import {
  type ConfidenceState,
  type RankedCalibration,
  rankedCalibrationMetric,
} from "./rankedConfidences.ts";

export interface RmsCalibrationOptions extends ClassesOption {
  /** Examples per bin, integer ≥ 1, default 100. */
  readonly binSize?: number;
  /** "hendrycks" leaves the most confident bin out, as the published code does. Default "none". */
  readonly compat?: "none" | "hendrycks";
}

/**
 * Returns the root mean square calibration error of the top-1 confidence.
 *
 *     √Σ_b (n_b/n) (accuracy_b - confidence_b)²,   bins of `binSize` examples by ascending confidence
 *
 * @param probabilities [batch, classes], row-major
 * @param labels        class indices, [batch]
 * @returns `value` is l2; l1 is known as MAD
 *
 * Convention: ⌊n/binSize⌋ bins, at least one; the remainder joins the last. "hendrycks" drops the last bin but keeps n in
 * the weights, and needs at least one full bin. Equal confidences share their accuracy. For 1000 confidences
 * (i + .5)/1000 with (7919 i mod 1000) < 800 · confidence right: .114455, and .097417 by "hendrycks".
 * Cost: O(n log n).
 *
 * @throws {ShapeError} if the lengths do not fit
 * @throws {ValueError} if a row is no distribution, a label or `binSize` is out of range, or there are too few examples
 *
 * @see Hendrycks, Mazeika & Dietterich, Deep Anomaly Detection with Outlier Exposure, ICLR 2019, §4.4 and appendix.
 */
export function rmsCalibrationError(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  options: RmsCalibrationOptions,
): RankedCalibration {
  const metric = rmsCalibrationErrorMetric(options);
  return metric.compute(metric.update(metric.init(), { probabilities, labels }));
}

/** Streaming form of {@link rmsCalibrationError}; its state keeps every confidence. */
export function rmsCalibrationErrorMetric({
  classes,
  binSize = 100,
  compat = "none",
}: RmsCalibrationOptions): StreamingMetric<
  ConfidenceState,
  LabelledProbabilities,
  RankedCalibration
> {
  const where = "rmsCalibrationError";
  if (!(Number.isInteger(binSize) && binSize >= 1)) {
    throw new ValueError(where, {
      expected: "binSize to be an integer ≥ 1",
      actual: show(binSize),
    });
  }
  const isHendrycks = compat === "hendrycks";
  return rankedCalibrationMetric(where, classes, {
    ends(total) {
      if (isHendrycks && total < binSize) {
        throw new ValueError(where, {
          expected: `at least ${binSize} examples for compat "hendrycks"`,
          actual: `${total}`,
        });
      }
      const count = Math.max(1, Math.floor(total / binSize));
      const ends = Array.from({ length: count }, (_, b) =>
        b === count - 1 ? total : (b + 1) * binSize,
      );
      return isHendrycks ? ends.slice(0, -1) : ends;
    },
    value: "l2",
    inWords: () =>
      `bins of ${binSize} examples${isHendrycks ? ", the most confident bin left out" : ""}`,
  });
}
