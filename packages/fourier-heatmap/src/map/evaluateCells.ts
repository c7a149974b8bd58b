import { dispose } from "@tensorflow/tfjs-core";
import type { AsyncPredict } from "../asyncPredict.ts";
import { batchesOf } from "../batchesOf.ts";
import type { Frequency } from "../grid/mirror.ts";
import { type LabelledImages, takeUnitImages } from "../labelledImages.ts";
import { argMax, type HostLogits, logitsOf } from "../logitsOf.ts";
import { perturbImages } from "../perturbImages.ts";
import type { HeatmapCell, HeatmapSettings } from "./heatmapState.ts";

export interface EvaluateCellsOptions {
  readonly settings: HeatmapSettings;
  readonly data: LabelledImages;
  readonly samples: Int32Array;
  readonly batchSize: number;
  /** Logits of the unchanged samples. */
  readonly clean: HostLogits;
}

/** Evaluates some frequencies over all samples, in one pass over the images. */
export async function evaluateCells(
  predict: AsyncPredict,
  frequencies: readonly Frequency[],
  { settings, data, samples, batchSize, clean }: EvaluateCellsOptions,
): Promise<HeatmapCell[]> {
  const errors = new Array<number>(frequencies.length).fill(0);
  const changes = new Array<number>(frequencies.length).fill(0);
  let offset = 0; // of the batch among the samples
  for (const batch of batchesOf(samples, batchSize)) {
    const images = takeUnitImages(data.images, batch);
    const perturbed = perturbImages(images, frequencies, { ...settings, samples: batch });
    try {
      const { values } = await logitsOf("fourierHeatmap", predict, perturbed);
      const { classes } = clean;
      for (let cell = 0; cell < frequencies.length; cell++) {
        for (let index = 0; index < batch.length; index++) {
          const start = (cell * batch.length + index) * classes;
          if (argMax(values, start, classes) !== data.labels[batch[index]!]) errors[cell]! += 1;
          changes[cell]! += distance(values, start, clean, offset + index);
        }
      }
    } finally {
      dispose([images, perturbed]);
    }
    offset += batch.length;
  }
  return frequencies.map(({ row, column }, cell) => ({
    row,
    column,
    errors: errors[cell]!,
    logitChange: changes[cell]! / samples.length,
  }));
}

/** L2 norm between `classes` values from `start` on and the clean logits of one image. */
function distance(values: Float32Array, start: number, clean: HostLogits, image: number): number {
  let sum = 0;
  for (let index = 0; index < clean.classes; index++) {
    sum += (values[start + index]! - clean.values[image * clean.classes + index]!) ** 2;
  }
  return Math.sqrt(sum);
}
