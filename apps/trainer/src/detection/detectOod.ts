import type { OnProgress } from "@apr-kit/contracts";
import type { ImageDataset } from "@apr-kit/datasets";
import {
  accuracy,
  bootstrapIntervals,
  type Interval,
  type Measurement,
  type OodPreset,
  type OodResult,
  oodMetrics,
  oscr,
  predictedClasses,
  type Rate,
} from "@apr-kit/metrics";
import type { ForeignImages } from "./foreignImages.ts";
import { type DetectedNetwork, type DetectionScore, scoreImages } from "./scoreImages.ts";

export interface DetectOptions {
  readonly dataset: ImageDataset;
  readonly foreign: readonly ForeignImages[];
  readonly scores: readonly DetectionScore[];
  readonly convention: OodPreset;
  /** Training images that scores of features compare with. */
  readonly referenceImages: number;
  readonly batchSize: number;
  readonly resamples: number;
  readonly seed: number;
  readonly onProgress: OnProgress;
}

/** How one score tells one foreign set from the test set. */
export interface Detection extends OodResult {
  readonly set: string;
  readonly score: DetectionScore;
  readonly oscr: Measurement;
  readonly intervals: { readonly auroc: Interval; readonly fpr: Interval };
}

/** Scores themselves, for a picture of them. */
export interface ScoredSet {
  readonly set: string;
  readonly score: DetectionScore;
  readonly inDistribution: Float64Array;
  readonly outOfDistribution: Float64Array;
}

export interface OodReport {
  readonly inDistribution: string;
  readonly accuracy: Rate;
  readonly preset: OodPreset;
  readonly sets: readonly { readonly name: string; readonly description: string }[];
  readonly scores: readonly { readonly name: DetectionScore; readonly convention: string }[];
  readonly detections: readonly Detection[];
}

/**
 * Measures how well a network's confidence tells its test set from foreign images.
 *
 * @returns figures for every foreign set and score, sets first, and the scores they are of
 */
export async function detectOod(
  network: DetectedNetwork,
  options: DetectOptions,
): Promise<{ readonly report: OodReport; readonly scored: readonly ScoredSet[] }> {
  const { dataset, foreign, scores, convention, onProgress } = options;
  const { labels, images: testImages } = dataset.test;
  const classes = dataset.classes.length;
  const { score, conventions } = await scoreImages(network, options);
  const known = await score(testImages, dataset.name);
  const isCorrect = predictedClasses(known.logits, classes).map((k, i) =>
    k === labels[i] ? 1 : 0,
  );
  const scored: ScoredSet[] = [];
  for (const { name, images } of foreign) {
    const unknown = await score(images, name);
    scores.forEach((kind, index) => {
      const inDistribution = known.scores[index]!;
      const outOfDistribution = unknown.scores[index]!;
      scored.push({ set: name, score: kind, inDistribution, outOfDistribution });
    });
  }
  const detections = scored.map((set, index) => {
    const task = "resampling";
    onProgress({ task, done: index + 1, total: scored.length, unit: "steps", note: set.set });
    return detection(set, isCorrect, options);
  });
  const report = {
    inDistribution: `${dataset.name}, ${dataset.test.size} test images`,
    accuracy: accuracy(known.logits, labels, { classes }),
    preset: convention,
    sets: foreign.map(({ name, description }) => ({ name, description })),
    scores: scores.map((name) => ({ name, convention: conventions.get(name)! })),
    detections,
  };
  return { report, scored };
}

function detection(
  { set, score, inDistribution, outOfDistribution }: ScoredSet,
  isCorrect: Int32Array,
  { convention, seed, resamples }: DetectOptions,
): Detection {
  const pair = { inDistribution, outOfDistribution };
  const intervals = bootstrapIntervals(
    [inDistribution.toSorted(), outOfDistribution.toSorted()], // resamples of them are quick to sort
    ([inside, outside]) => {
      const resampled = { inDistribution: inside!, outOfDistribution: outside! };
      const { auroc, fpr } = oodMetrics(resampled, convention);
      return { auroc, fpr };
    },
    { seed, resamples },
  );
  return {
    set,
    score,
    ...oodMetrics(pair, convention),
    oscr: oscr({ ...pair, isCorrect }, { definition: convention === "apr" ? "apr" : "clean" }),
    intervals,
  };
}
