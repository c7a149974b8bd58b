import type { OnProgress, PixelBatch, Predict } from "@apr-kit/contracts";
import { asUnitImages } from "@apr-kit/contracts";
import { corrupt, type Severity } from "@apr-kit/corruptions";
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
import { evaluatedCorruptions } from "./evaluatedCorruptions.ts";

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
}

export interface EvaluateOptions {
  readonly dataset: ImageDataset;
  readonly config: EvaluationConfig;
  /** Seeds the corruptions' random draws. */
  readonly seed: number;
  readonly onProgress: OnProgress;
}

/**
 * Counts the errors of several models on the clean test set and on regenerated common corruptions.
 *
 * Convention: clean error on the whole test set; corrupted error on its first `corruptedImages` images,
 * the same corrupted pixels for every model. The corrupted images are made here, by the CIFAR-10-C
 * algorithms and parameters with seeded draws: same distribution as the published arrays, not the same
 * bytes. Frost is left out, because its photographs are not redistributable.
 *
 * @param models predict functions by name
 * @returns one Evaluation per name
 */
export async function evaluate<TName extends string>(
  models: Readonly<Record<TName, Predict>>,
  { dataset, config, seed, onProgress }: EvaluateOptions,
): Promise<Record<TName, Evaluation>> {
  const names = Object.keys(models) as TName[];
  const subsetSize = Math.min(config.corruptedImages, dataset.test.size);
  const subset = Int32Array.from({ length: subsetSize }, (_, index) => index);
  const { images: pixels, labels } = takeBatch(dataset.test, subset);
  const work = names.length * (dataset.test.size + cellCount(config) * subsetSize);
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
  for (const corruption of evaluatedCorruptions) {
    for (const severity of config.severities) {
      const corrupted = await corrupt(pixels, {
        name: corruption.name,
        severity,
        table: "cifar",
        seed,
        samples: subset,
      });
      const split = { images: corrupted, labels, size: subsetSize };
      for (const name of names) {
        const error = await measure(name, split, `${corruption.name} ${severity}`);
        cells.get(name)?.push({ corruption: corruption.name, severity, ...error });
      }
    }
  }
  const result = (name: TName): Evaluation => {
    const own = cells.get(name) ?? [];
    return { clean: clean.get(name)!, cells: own, corruption: summarise(own) };
  };
  return Object.fromEntries(names.map((name) => [name, result(name)])) as Record<TName, Evaluation>;
}

/** Mean corruption error of the evaluated corruptions, severities in the order they were measured. */
function summarise(cells: readonly CorruptionCell[]): CorruptionSummary {
  const errors = Object.fromEntries(
    evaluatedCorruptions.map(({ name }) => [
      name,
      cells.filter(({ corruption }) => corruption === name).map(({ value }) => value),
    ]),
  );
  const over = evaluatedCorruptions.map(({ name }) => name);
  return meanCorruptionError(errors, { normalizeBy: "none", over });
}

function cellCount(config: EvaluationConfig): number {
  return evaluatedCorruptions.length * config.severities.length;
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
