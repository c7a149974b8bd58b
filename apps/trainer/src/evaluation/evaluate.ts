import type { OnProgress, PixelBatch, Predict } from "@apr-kit/contracts";
import { asUnitImages } from "@apr-kit/contracts";
import type { Severity } from "@apr-kit/corruptions";
import { type ImageDataset, type ImageSplit, takeBatch } from "@apr-kit/datasets";
import {
  type BenchmarkCorruption,
  type CorruptionSummary,
  errorRateMetric,
  meanCorruptionError,
  type Rate,
} from "@apr-kit/metrics";
import * as tf from "@tensorflow/tfjs-core";
import type { EvaluationConfig } from "../config/schema.ts";
import { type CorruptedImages, regeneratedImages } from "./corruptedImages.ts";

/** One corruption at one severity. */
export interface CorruptionCell extends Rate {
  readonly corruption: BenchmarkCorruption;
  readonly severity: Severity;
}

/** What one model got wrong, cell by cell, and the means of it. */
export interface Evaluation {
  readonly clean: Rate;
  readonly cells: readonly CorruptionCell[];
  readonly corruption: CorruptionSummary;
  /** Where the corrupted images came from. */
  readonly corruptedImages: string;
}

export interface EvaluateOptions {
  readonly dataset: ImageDataset;
  readonly config: EvaluationConfig;
  /** Seeds the random draws of corruptions that are made here. */
  readonly seed: number;
  /** Default: made here, of the first `config.corruptedImages` test images. */
  readonly corrupted?: CorruptedImages;
  readonly onProgress: OnProgress;
}

/**
 * Counts the errors of several models on the clean test set and on common corruptions.
 *
 * Convention: clean error on the whole test set; corrupted error on its first `corruptedImages` images,
 * the same corrupted pixels for every model.
 *
 * @param models predict functions by name
 * @returns one Evaluation per name
 */
export async function evaluate<TName extends string>(
  models: Readonly<Record<TName, Predict>>,
  { dataset, config, seed, onProgress, corrupted }: EvaluateOptions,
): Promise<Record<TName, Evaluation>> {
  const names = Object.keys(models) as TName[];
  const { corruptions, size, cell, source } =
    corrupted ?? regeneratedImages(dataset, { images: config.corruptedImages, seed });
  const cellCount = corruptions.length * config.severities.length;
  const work = names.length * (dataset.test.size + cellCount * size);
  let done = 0;
  const advance = (images: number, note: string) => {
    done += images;
    onProgress({ task: "evaluating", done, total: work, unit: "images", note });
  };

  const clean = new Map<TName, Rate>();
  const cells = new Map<TName, CorruptionCell[]>(names.map((name) => [name, []]));
  const measure = (name: TName, split: ImageSplit, note: string) =>
    measureError(models[name], split, {
      batchSize: config.batchSize,
      classes: dataset.classes.length,
      onImages: (count) => advance(count, note),
    });
  for (const name of names) clean.set(name, await measure(name, dataset.test, "clean"));
  for (const corruption of corruptions) {
    for (const severity of config.severities) {
      const split = await cell(corruption, severity);
      for (const name of names) {
        const error = await measure(name, split, `${corruption} ${severity}`);
        cells.get(name)?.push({ corruption, severity, ...error });
      }
    }
  }
  const result = (name: TName): Evaluation => {
    const own = cells.get(name) ?? [];
    const corruption = summarise(own, corruptions);
    return { clean: clean.get(name)!, cells: own, corruption, corruptedImages: source };
  };
  return Object.fromEntries(names.map((name) => [name, result(name)])) as Record<TName, Evaluation>;
}

/** Mean corruption error of the evaluated corruptions, severities in the order they were measured. */
function summarise(
  cells: readonly CorruptionCell[],
  over: readonly BenchmarkCorruption[],
): CorruptionSummary {
  const errors = Object.fromEntries(
    over.map((name) => [
      name,
      cells.filter(({ corruption }) => corruption === name).map(({ value }) => value),
    ]),
  );
  return meanCorruptionError(errors, { normalizeBy: "none", over });
}

interface MeasureOptions {
  readonly batchSize: number;
  readonly classes: number;
  readonly onImages: (count: number) => void;
}

async function measureError(
  predict: Predict,
  split: ImageSplit,
  { batchSize, classes, onImages }: MeasureOptions,
): Promise<Rate> {
  const metric = errorRateMetric({ classes });
  let state = metric.init();
  for (let start = 0; start < split.size; start += batchSize) {
    const size = Math.min(batchSize, split.size - start);
    const indices = Int32Array.from({ length: size }, (_, offset) => start + offset);
    const { images, labels } = takeBatch(split, indices);
    const logits = tf.tidy(() => predict(toUnitImages(images)).dataSync());
    state = metric.update(state, { logits, labels });
    onImages(size);
    await new Promise((resolve) => setImmediate(resolve)); // lets signals and the bar through
  }
  return metric.compute(state);
}

function toUnitImages({ data, shape }: PixelBatch) {
  return asUnitImages(tf.div(tf.tensor4d(Float32Array.from(data), [...shape]), 255));
}
