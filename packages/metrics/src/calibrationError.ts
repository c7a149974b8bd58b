import { show, ValueError } from "@apr-kit/contracts";
import type { ClassesOption } from "./accuracy.ts";
import { assertProbabilities } from "./assertScores.ts";
import type { LabelledProbabilities, Measurement, StreamingMetric } from "./streamingMetric.ts";
import { topClass } from "./topClass.ts";
import { assertNotEmpty } from "./topKAccuracy.ts";

export interface CalibrationOptions extends ClassesOption {
  /** Number of equally wide bins, default 15. */
  readonly bins?: number;
}

/** One bar of a reliability diagram. Accuracy and confidence are absent where the bin is empty. */
export interface ReliabilityBin {
  /** The bin holds confidences in (lower, upper]. */
  readonly lower: number;
  readonly upper: number;
  readonly count: number;
  readonly accuracy?: number;
  readonly confidence?: number;
}

/** Calibration errors in the three norms, and the diagram they summarise; `value` is the l1 form, ECE. */
export interface CalibrationResult extends Measurement {
  readonly l1: number;
  readonly l2: number;
  readonly max: number;
  readonly bins: readonly ReliabilityBin[];
}

export interface BinSums {
  readonly counts: readonly number[];
  readonly hits: readonly number[];
  readonly confidences: readonly number[];
}

/**
 * Returns the expected calibration error of the top-1 confidence.
 *
 *     gap_b = |accuracy_b - confidence_b|,   l1 = Σ (n_b/n) gap_b,   l2 = √Σ (n_b/n) gap_b²,   max = max_b gap_b
 *
 * @param probabilities [batch, classes], row-major
 * @param labels        class indices, [batch]
 *
 * Convention: bin b holds confidences in (b/bins, (b+1)/bins], so that 1 lies in the last; of equal
 * probabilities the lower index is the prediction. Libraries with [lower, upper) bins differ at edges only.
 *
 * @throws {ShapeError} if the lengths do not fit
 * @throws {ValueError} if a row is no distribution, a label or `bins` is out of range, or there is no example
 * @example
 * calibrationError([0.2, 0.8, 0.3, 0.7], [1, 0], { classes: 2 }).value; // 0.45
 *
 * @see Guo et al., On Calibration of Modern Neural Networks, ICML 2017, §2, Eq. (3).
 */
export function calibrationError(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  options: CalibrationOptions,
): CalibrationResult {
  const metric = calibrationErrorMetric(options);
  return metric.compute(metric.update(metric.init(), { probabilities, labels }));
}

/** Streaming form of {@link calibrationError}. */
export function calibrationErrorMetric({
  classes,
  bins = 15,
}: CalibrationOptions): StreamingMetric<BinSums, LabelledProbabilities, CalibrationResult> {
  assertBins("calibrationError", bins);
  const zeros = () => new Array<number>(bins).fill(0);
  return {
    init: () => ({ counts: zeros(), hits: zeros(), confidences: zeros() }),
    update(state, { probabilities, labels }) {
      assertProbabilities("calibrationError", probabilities, labels, classes);
      const counts = [...state.counts];
      const hits = [...state.hits];
      const confidences = [...state.confidences];
      for (let row = 0; row < labels.length; row++) {
        const { predicted, confidence } = topClass(probabilities, row, classes);
        const bin = binOf(confidence, bins);
        counts[bin] = (counts[bin] as number) + 1;
        hits[bin] = (hits[bin] as number) + (predicted === labels[row] ? 1 : 0);
        confidences[bin] = (confidences[bin] as number) + confidence;
      }
      return { counts, hits, confidences };
    },
    compute: (state) => summarise(state, bins),
  };
}

/** Throws a ValueError unless `bins` is an integer of at least 1. */
export function assertBins(where: string, bins: number): void {
  if (Number.isInteger(bins) && bins >= 1) return;
  throw new ValueError(where, { expected: "bins to be an integer ≥ 1", actual: show(bins) });
}

/** Index b with b/bins < confidence ≤ (b+1)/bins, edges as the division gives them; 0 for confidence 0. */
export function binOf(confidence: number, bins: number): number {
  let bin = Math.max(0, Math.ceil(confidence * bins) - 1); // 0 joins the first bin
  if (bin > 0 && confidence <= bin / bins) bin--;
  if (confidence > (bin + 1) / bins) bin++;
  return bin;
}

function summarise({ counts, hits, confidences }: BinSums, bins: number): CalibrationResult {
  const total = counts.reduce((sum, count) => sum + count, 0);
  assertNotEmpty("calibrationError", total);
  let l1 = 0;
  let squares = 0;
  let max = 0;
  const diagram = counts.map((count, b): ReliabilityBin => {
    const edges = { lower: b / bins, upper: (b + 1) / bins, count };
    if (count === 0) return edges;
    const accuracy = (hits[b] as number) / count;
    const confidence = (confidences[b] as number) / count;
    const gap = Math.abs(accuracy - confidence);
    l1 += (count / total) * gap;
    squares += (count / total) * gap ** 2;
    max = Math.max(max, gap);
    return { ...edges, accuracy, confidence };
  });
  const convention = `top-1 confidence, ${bins} equal bins (lower, upper], ${total} examples; value is l1`;
  return { value: l1, l1, l2: Math.sqrt(squares), max, bins: diagram, convention };
}
