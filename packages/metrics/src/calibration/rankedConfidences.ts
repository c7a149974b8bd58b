import { assertProbabilities } from "../assertScores.ts";
import type { LabelledProbabilities, Measurement, StreamingMetric } from "../streamingMetric.ts";
import { topClass } from "../topClass.ts";
import { assertNotEmpty } from "../topKAccuracy.ts";

/** Confidences of right and of wrong predictions so far, batch by batch. */
export interface ConfidenceState {
  readonly right: readonly (readonly number[])[];
  readonly wrong: readonly (readonly number[])[];
}

/** One bar of a reliability diagram whose bars hold about equally many examples. */
export interface RankedBin {
  /** Smallest and largest confidence in it. */
  readonly lower: number;
  readonly upper: number;
  readonly count: number;
  readonly accuracy: number;
  readonly confidence: number;
}

/** Calibration errors in the three norms over bins of equal count. */
export interface RankedCalibration extends Measurement {
  readonly l1: number;
  readonly l2: number;
  readonly max: number;
  readonly bins: readonly RankedBin[];
}

/** A calibration error over bins of ranks: what is particular to one. */
export interface RankedBinning {
  /** Ranks before which bins end, ascending, for `total` examples; throws where there are too few. */
  ends(total: number): readonly number[];
  /** Which norm is the value, and the bins in words. */
  readonly value: "l1" | "l2";
  inWords(ends: readonly number[]): string;
}

/** The streaming form of a calibration error over bins of ranks; its state keeps every confidence. */
export function rankedCalibrationMetric(
  where: string,
  classes: number,
  { ends, value, inWords }: RankedBinning,
): StreamingMetric<ConfidenceState, LabelledProbabilities, RankedCalibration> {
  return {
    init: () => ({ right: [], wrong: [] }),
    update: (state, batch) => addConfidences(where, state, batch, classes),
    compute(state) {
      const examples = rankExamples(where, state);
      const total = examples.confidences.length;
      const binEnds = ends(total);
      const gaps = gapsOverRanks(examples, binEnds, total);
      const convention = `top-1 confidence, ${inWords(binEnds)}, ${total} examples; value is ${value}`;
      return { value: gaps[value], ...gaps, convention };
    },
  };
}

/** Adds a batch of predictions. */
function addConfidences(
  where: string,
  state: ConfidenceState,
  { probabilities, labels }: LabelledProbabilities,
  classes: number,
): ConfidenceState {
  assertProbabilities(where, probabilities, labels, classes);
  const right: number[] = [];
  const wrong: number[] = [];
  for (let row = 0; row < labels.length; row++) {
    const { predicted, confidence } = topClass(probabilities, row, classes);
    (predicted === labels[row] ? right : wrong).push(confidence);
  }
  return { right: [...state.right, right], wrong: [...state.wrong, wrong] };
}

/** Examples by ascending confidence; equal confidences share their accuracy, so that input order is of no matter. */
interface RankedExamples {
  readonly confidences: Float64Array;
  /** 0 or 1, and between them where right and wrong predictions tie. */
  readonly accuracies: Float64Array;
}

/** Sorts what was gathered; throws a ValueError if it is nothing. */
function rankExamples(where: string, state: ConfidenceState): RankedExamples {
  const right = Float64Array.from(state.right.flat()).sort();
  const wrong = Float64Array.from(state.wrong.flat()).sort();
  const total = right.length + wrong.length;
  assertNotEmpty(where, total);
  const confidences = new Float64Array(total);
  const accuracies = new Float64Array(total);
  let r = 0;
  let w = 0;
  while (r + w < total) {
    const value = Math.min(
      right[r] ?? Number.POSITIVE_INFINITY,
      wrong[w] ?? Number.POSITIVE_INFINITY,
    );
    const start = r + w;
    const firstRight = r;
    while (right[r] === value) r++;
    while (wrong[w] === value) w++;
    confidences.fill(value, start, r + w);
    accuracies.fill((r - firstRight) / (r + w - start), start, r + w);
  }
  return { confidences, accuracies };
}

/** Sums up bins that end before the ranks of `ends`; `total` is what their weights are divided by. */
function gapsOverRanks(
  { confidences, accuracies }: RankedExamples,
  ends: readonly number[],
  total: number,
): Omit<RankedCalibration, "value" | "convention"> {
  let l1 = 0;
  let squares = 0;
  let max = 0;
  const bins = ends.map((end, b): RankedBin => {
    const start = b === 0 ? 0 : (ends[b - 1] as number);
    const count = end - start;
    const confidence = sum(confidences.subarray(start, end)) / count;
    const accuracy = sum(accuracies.subarray(start, end)) / count;
    const gap = Math.abs(accuracy - confidence);
    l1 += (count / total) * gap;
    squares += (count / total) * gap ** 2;
    max = Math.max(max, gap);
    const [lower, upper] = [confidences[start] as number, confidences[end - 1] as number];
    return { lower, upper, count, accuracy, confidence };
  });
  return { l1, l2: Math.sqrt(squares), max, bins };
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
