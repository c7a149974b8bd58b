import type { OnProgress, UnitImages } from "@apr-kit/contracts";
import { show, ValueError } from "@apr-kit/contracts";
import { bandPass } from "@apr-kit/fft-core";
import * as tf from "@tensorflow/tfjs-core";
import { assertPositiveInteger } from "./assertPositiveInteger.ts";
import type { AsyncPredict } from "./asyncPredict.ts";
import { batchesOf } from "./batchesOf.ts";
import { chooseSamples } from "./chooseSamples.ts";
import { cleanLogits } from "./cleanLogits.ts";
import { assertLabelledImages, type LabelledImages, takeUnitImages } from "./labelledImages.ts";
import { countErrors, logitsOf } from "./logitsOf.ts";

export interface ErrorByCutoffOptions {
  /** "low" keeps what lies below the cut-off, "high" what lies at it and above. */
  readonly pass: "low" | "high";
  /** Radial frequencies in cycles per pixel, > 0; those of images end at √½. */
  readonly cutoffs: readonly number[];
  /** Added to what a high pass leaves, which has no brightness; default 0.5, grey. Low pass: unused. */
  readonly grey?: number;
  readonly subset?: number;
  /** Seeds the choice of the subset, default 0. */
  readonly seed?: number;
  readonly batchSize?: number;
  readonly onProgress?: OnProgress;
}

/** The error at one cut-off. */
export interface CutoffError {
  /** Cycles per pixel. */
  readonly cutoff: number;
  readonly errorRate: number;
  readonly standardError: number;
}

const WHERE = "errorByCutoff";

/**
 * Measures how often a classifier errs on images of which only low, or only high, frequencies are left.
 *
 * @returns one error for each cut-off, in their order
 *
 * Convention: per channel, sharp edge, r in cycles per pixel as fft-core's `bandPass`; the result is
 * clipped to [0, 1]. Above √½ a low pass changes nothing.
 *
 * @throws {ValueError} if a cut-off is not positive, or as {@link fourierHeatmap} does
 *
 * @see Yin et al., NeurIPS 2019, §4.1, where robustness is read from low and high passes.
 *      https://arxiv.org/abs/1906.08988 Differs in: a grey level in place of a standardised input.
 */
export async function errorByCutoff(
  predict: AsyncPredict,
  data: LabelledImages,
  options: ErrorByCutoffOptions,
): Promise<CutoffError[]> {
  const { pass, cutoffs, grey = 0.5, subset, seed = 0, batchSize = 256, onProgress } = options;
  assertLabelledImages(WHERE, data);
  assertPositiveInteger(WHERE, "batchSize", batchSize);
  assertCutoffs(pass, cutoffs);
  const samples = chooseSamples(WHERE, data.images.shape[0], { subset, seed });
  await cleanLogits(WHERE, predict, data, { samples: samples.subarray(0, batchSize), batchSize });
  const total = cutoffs.length * samples.length;
  const results: CutoffError[] = [];
  for (const cutoff of cutoffs) {
    let errors = 0;
    for (const batch of batchesOf(samples, batchSize)) {
      const images = takeUnitImages(data.images, batch);
      const filtered = filterImages(images, { pass, cutoff, grey });
      try {
        const labels = Int32Array.from(batch, (sample) => data.labels[sample]!);
        errors += countErrors(await logitsOf(WHERE, predict, filtered), labels);
      } finally {
        tf.dispose([images, filtered]);
      }
    }
    const errorRate = errors / samples.length;
    const standardError = Math.sqrt((errorRate * (1 - errorRate)) / samples.length);
    results.push({ cutoff, errorRate, standardError });
    const done = results.length * samples.length;
    onProgress?.({ task: `${pass} pass`, done, total, unit: "images" });
    await tf.nextFrame();
  }
  return results;
}

function filterImages(
  images: UnitImages,
  { pass, cutoff, grey }: { pass: "low" | "high"; cutoff: number; grey: number },
): UnitImages {
  return tf.tidy(() => {
    const left =
      pass === "low"
        ? bandPass(images, { high: cutoff })
        : tf.add(bandPass(images, { low: cutoff }), grey);
    return tf.clipByValue(left, 0, 1) as UnitImages;
  });
}

function assertCutoffs(pass: string, cutoffs: readonly number[]): void {
  if (pass !== "low" && pass !== "high") {
    throw new ValueError(WHERE, { expected: 'pass to be "low" or "high"', actual: show(pass) });
  }
  if (cutoffs.length > 0 && cutoffs.every((cutoff) => cutoff > 0 && Number.isFinite(cutoff)))
    return;
  throw new ValueError(WHERE, {
    expected: "cutoffs to be positive numbers, in cycles per pixel, at least one",
    actual: show(cutoffs),
  });
}
