import type { OnProgress } from "@apr-kit/contracts";
import { nextFrame } from "@tensorflow/tfjs-core";
import { assertPositiveInteger } from "../assertPositiveInteger.ts";
import type { AsyncPredict } from "../asyncPredict.ts";
import { chooseSamples } from "../chooseSamples.ts";
import { cleanLogits } from "../cleanLogits.ts";
import { coarseToFine } from "../grid/coarseToFine.ts";
import { frequencies } from "../grid/frequencyRange.ts";
import type { Frequency } from "../grid/mirror.ts";
import { assertLabelledImages, type LabelledImages } from "../labelledImages.ts";
import { countErrors } from "../logitsOf.ts";
import { assembleHeatmap, type FourierHeatmap } from "./assembleHeatmap.ts";
import { evaluateCells } from "./evaluateCells.ts";
import { type HeatmapSettingsOptions, heatmapSettings } from "./heatmapSettings.ts";
import { assertResumable, type HeatmapCell, type HeatmapState } from "./heatmapState.ts";

export interface FourierHeatmapOptions extends HeatmapSettingsOptions {
  /** Look at this many images, drawn without replacement; default all. */
  readonly subset?: number;
  /** Images per call of predict, default 256. Small sets are seen at several frequencies in one call. */
  readonly batchSize?: number;
  /** Go on from here: what `onCell` was last given, of the same settings and model. */
  readonly previous?: HeatmapState;
  /** Receives every finished cell, and the state to store; awaited. */
  readonly onCell?: (cell: HeatmapCell, state: HeatmapState) => void | Promise<void>;
  readonly onProgress?: OnProgress;
}

const WHERE = "fourierHeatmap";

/**
 * Measures how often a classifier errs when a wave of each spatial frequency is added to its images.
 *
 *     error[r, c] = share of images with  argmax predict(clip(image + s · epsL2 · wave[r, c])) ≠ label
 *
 * @param predict  [0, 1] images to logits, at once or as a promise; normalisation belongs to it, and it
 *                 leaks no tensors (`tf.tidy`)
 * @param data     images and labels, in ordinary memory; bytes stay bytes
 * @returns the map, lowest frequency in the middle, with standard errors
 *
 * Convention: rows and columns are frequencies in cycles per image side, negative first. A frequency and
 * its mirror have one wave, so they are evaluated once: 481 of 31 × 31. Equal logits: the lowest class.
 * Randomness: signs keyed by (seed, sample, frequency): no order, batch, region or resume changes a cell.
 * Cost:       (distinct frequencies + 1.5) × an evaluation of the images; keeps their clean logits.
 *
 * @throws {ShapeError} if lengths disagree or predict returns another shape
 * @throws {ValueError} if an option, a label, a pixel, a logit or `previous` is not what it must be
 * @example
 * const map = await fourierHeatmap(predict, { images, labels }, { subset: 1000 });
 * map.errorRate[0]; // at frequency (-15, -15)
 *
 * @see Yin et al., NeurIPS 2019, §2. https://arxiv.org/abs/1906.08988
 *      Differs from the paper's figures in: signs are ours, and only one of two mirrored frequencies is
 *      evaluated. Presets: {@link heatmapPresets}.
 */
export async function fourierHeatmap(
  predict: AsyncPredict,
  data: LabelledImages,
  options: FourierHeatmapOptions = {},
): Promise<FourierHeatmap> {
  const { subset, batchSize = 256, previous, onCell, onProgress, ...rest } = options;
  assertLabelledImages(WHERE, data);
  assertPositiveInteger(WHERE, "batchSize", batchSize);
  const samples = chooseSamples(WHERE, data.images.shape[0], { subset, seed: rest.seed ?? 0 });
  const settings = heatmapSettings(WHERE, data, samples, rest);
  const labels = Int32Array.from(samples, (sample) => data.labels[sample]!);

  const clean = await cleanLogits(WHERE, predict, data, { samples, batchSize });
  const cleanErrors = countErrors(clean, labels);
  if (previous !== undefined) assertResumable(WHERE, previous, settings, cleanErrors);

  const cells = [...(previous?.cells ?? [])];
  const state: HeatmapState = { settings, cleanErrors, cells };
  const work = remaining(state);
  const total = work.length * samples.length;
  const atOnce = Math.max(1, Math.floor(batchSize / samples.length));
  for (let start = 0; start < work.length; start += atOnce) {
    const group = work.slice(start, start + atOnce);
    for (const cell of await evaluateCells(predict, group, {
      settings,
      data,
      samples,
      batchSize,
      clean,
    })) {
      cells.push(cell);
      await onCell?.(cell, state);
    }
    const done = Math.min(start + atOnce, work.length);
    const note = `cell ${cells.length}/${cells.length + work.length - done}`;
    onProgress?.({
      task: "heat map",
      done: done * samples.length,
      total,
      unit: "images",
      note,
    });
    await nextFrame(); // lets signals and the application's clock through
  }
  return assembleHeatmap(state);
}

/** The frequencies of the map that have no cell yet, coarse to fine. */
function remaining({ settings: { region, image }, cells }: HeatmapState): Frequency[] {
  const grid = { rows: frequencies(region.rows), columns: frequencies(region.columns) };
  const done = new Set(cells.map(({ row, column }) => `${row} ${column}`));
  return coarseToFine(grid, image).filter(({ row, column }) => !done.has(`${row} ${column}`));
}
