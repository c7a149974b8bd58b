import type { OnProgress, Predict } from "@apr-kit/contracts";
import type { ImageDataset } from "@apr-kit/datasets";
import {
  accuracy,
  bootstrapIntervals,
  type Interval,
  type Measurement,
  type OodPreset,
  type OodResult,
  type OodScoreName,
  oodMetrics,
  oodScores,
  oscr,
  predictedClasses,
  type Rate,
} from "@apr-kit/metrics";
import { collectLogits } from "../evaluation/collectLogits.ts";
import type { ForeignImages } from "./foreignImages.ts";

export interface DetectOptions {
  readonly dataset: ImageDataset;
  readonly foreign: readonly ForeignImages[];
  readonly scores: readonly OodScoreName[];
  readonly convention: OodPreset;
  readonly batchSize: number;
  readonly resamples: number;
  readonly seed: number;
  readonly onProgress: OnProgress;
}

/** How one score tells one foreign set from the test set. */
export interface Detection extends OodResult {
  readonly set: string;
  readonly score: OodScoreName;
  readonly oscr: Measurement;
  readonly intervals: { readonly auroc: Interval; readonly fpr: Interval };
}

/** Scores themselves, for a picture of them. */
export interface ScoredSet {
  readonly set: string;
  readonly score: OodScoreName;
  readonly inDistribution: Float64Array;
  readonly outOfDistribution: Float64Array;
}

export interface OodReport {
  readonly inDistribution: string;
  readonly accuracy: Rate;
  readonly preset: OodPreset;
  readonly sets: readonly { readonly name: string; readonly description: string }[];
  readonly detections: readonly Detection[];
}

/**
 * Measures how well a network's confidence tells its test set from foreign images.
 *
 * @returns figures for every foreign set and score, sets first, and the scores they are of
 */
export async function detectOod(
  predict: Predict,
  options: DetectOptions,
): Promise<{ readonly report: OodReport; readonly scored: readonly ScoredSet[] }> {
  const { dataset, foreign, scores, convention, batchSize, onProgress } = options;
  const classes = dataset.classes.length;
  const total = foreign.reduce((sum, { images }) => sum + images.shape[0], dataset.test.size);
  let done = 0;
  const collect = (images: ForeignImages["images"], note: string) =>
    collectLogits(predict, images, {
      batchSize,
      onImages(count) {
        done += count;
        onProgress({ task: "scoring", done, total, unit: "images", note });
      },
    });
  const known = await collect(dataset.test.images, dataset.name);
  const { labels } = dataset.test;
  const isCorrect = predictedClasses(known, classes).map((k, i) => (k === labels[i] ? 1 : 0));
  const scored: ScoredSet[] = [];
  for (const { name, images } of foreign) {
    const unknown = await collect(images, name);
    for (const score of scores) {
      const inDistribution = oodScores(known, { classes, score });
      const outOfDistribution = oodScores(unknown, { classes, score });
      scored.push({ set: name, score, inDistribution, outOfDistribution });
    }
  }
  const detections = scored.map((set, index) => {
    const task = "resampling";
    onProgress({ task, done: index + 1, total: scored.length, unit: "steps", note: set.set });
    return detection(set, isCorrect, options);
  });
  const report = {
    inDistribution: `${dataset.name}, ${dataset.test.size} test images`,
    accuracy: accuracy(known, labels, { classes }),
    preset: convention,
    sets: foreign.map(({ name, description }) => ({ name, description })),
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
