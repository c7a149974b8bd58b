import { createRng, type OnProgress, show, type UnitImages, ValueError } from "@apr-kit/contracts";
import { recombineImages } from "@apr-kit/fft-core";
import * as tf from "@tensorflow/tfjs-core";
import { assertPositiveInteger } from "./assertPositiveInteger.ts";
import type { AsyncPredict } from "./asyncPredict.ts";
import { batchesOf } from "./batchesOf.ts";
import { chooseSamples } from "./chooseSamples.ts";
import { cleanLogits } from "./cleanLogits.ts";
import { assertLabelledImages, type LabelledImages, takeUnitImages } from "./labelledImages.ts";
import { argMax, type HostLogits, logitsOf } from "./logitsOf.ts";

export interface AmplitudePhaseSwapOptions {
  /** What is transformed, as in `recombineImages`; default "spatial", each channel alone. */
  readonly axes?: "spatial" | "spatialAndChannel";
  /** What following an image means: predicting its label (default), or the class predicted for it. */
  readonly follow?: "labels" | "predictions";
  readonly subset?: number;
  /** Seeds the choice of partners and of the subset, default 0. */
  readonly seed?: number;
  readonly batchSize?: number;
  readonly onProgress?: OnProgress;
}

/** Shares of the recombined images, which add up to 1, and how many there were. */
export interface AmplitudePhaseSwap {
  readonly phase: number;
  readonly amplitude: number;
  readonly neither: number;
  /** Of each share, √(p(1 - p)/pairs). */
  readonly standardError: Readonly<Record<"phase" | "amplitude" | "neither", number>>;
  readonly pairs: number;
  readonly convention: string;
}

const WHERE = "amplitudePhaseSwap";

/**
 * Counts whether a classifier goes with the amplitude or with the phase, where they disagree.
 *
 *     image = IDFT(|DFT(partner)| · exp(i · arg(DFT(own)))),   partner of another class
 *
 * @returns how often the prediction is the class of `own` (phase), of `partner` (amplitude), or neither
 *
 * Convention: recombined images are clipped to [0, 1]. Every image of the set gives its phase once.
 * Randomness: the partner is drawn uniformly among the images of other classes, keyed by (seed, sample).
 *
 * @throws {ValueError} if all images are of one class, or as {@link fourierHeatmap} does
 *
 * @see Chen et al., Amplitude-Phase Recombination, ICCV 2021, Fig. 2. https://arxiv.org/abs/2108.08487
 */
export async function amplitudePhaseSwap(
  predict: AsyncPredict,
  data: LabelledImages,
  options: AmplitudePhaseSwapOptions = {},
): Promise<AmplitudePhaseSwap> {
  const { axes = "spatial", follow = "labels", subset, seed = 0, batchSize = 256 } = options;
  assertLabelledImages(WHERE, data);
  assertPositiveInteger(WHERE, "batchSize", batchSize);
  if (follow !== "labels" && follow !== "predictions") {
    const expected = 'follow to be "labels" or "predictions"';
    throw new ValueError(WHERE, { expected, actual: show(follow) });
  }
  const samples = chooseSamples(WHERE, data.images.shape[0], { subset, seed });
  const clean = await cleanLogits(WHERE, predict, data, { samples, batchSize });
  const classes =
    follow === "labels"
      ? Int32Array.from(samples, (sample) => data.labels[sample]!)
      : predictedClasses(clean);
  const partners = drawPartners(classes, samples, seed);
  const counts = { phase: 0, amplitude: 0, neither: 0 };
  const positions = Int32Array.from(samples, (_, position) => position);
  let done = 0;
  for (const batch of batchesOf(positions, batchSize)) {
    const donors = batch.map((position) => partners[position]!);
    const pick = (chosen: Int32Array) =>
      takeUnitImages(
        data.images,
        chosen.map((position) => samples[position]!),
      );
    const [own, other] = [pick(batch), pick(donors)];
    const mixed = tf.tidy(
      () => tf.clipByValue(recombineImages(other, own, { axes }), 0, 1) as UnitImages,
    );
    try {
      for (const [index, answer] of predictedClasses(
        await logitsOf(WHERE, predict, mixed),
      ).entries()) {
        if (answer === classes[batch[index]!]) counts.phase += 1;
        else if (answer === classes[donors[index]!]) counts.amplitude += 1;
        else counts.neither += 1;
      }
    } finally {
      tf.dispose([own, other, mixed]);
    }
    done += batch.length;
    options.onProgress?.({
      task: "amplitude or phase",
      done,
      total: samples.length,
      unit: "images",
    });
    await tf.nextFrame();
  }
  return summarise(counts, samples.length, `follows ${follow}; axes ${axes}; clipped to [0, 1]`);
}

function predictedClasses({ values, classes }: HostLogits): Int32Array {
  const length = values.length / classes;
  return Int32Array.from({ length }, (_, row) => argMax(values, row * classes, classes));
}

/** For each position another one, whose class differs. */
function drawPartners(classes: Int32Array, samples: Int32Array, seed: number): Int32Array {
  if (classes.every((value) => value === classes[0])) {
    throw new ValueError(WHERE, {
      expected: "images of at least two classes",
      actual: `class ${classes[0]} only`,
    });
  }
  return classes.map((own, position) => {
    const sample = samples[position]!;
    const rng = createRng({ seed, purpose: "fourier-heatmap.partner", sample });
    let partner = rng.integer(classes.length);
    while (classes[partner] === own) partner = rng.integer(classes.length);
    return partner;
  });
}

function summarise(
  counts: Readonly<Record<"phase" | "amplitude" | "neither", number>>,
  pairs: number,
  convention: string,
): AmplitudePhaseSwap {
  const share = (count: number) => count / pairs;
  const error = (count: number) => Math.sqrt((share(count) * (1 - share(count))) / pairs);
  return {
    phase: share(counts.phase),
    amplitude: share(counts.amplitude),
    neither: share(counts.neither),
    standardError: {
      phase: error(counts.phase),
      amplitude: error(counts.amplitude),
      neither: error(counts.neither),
    },
    pairs,
    convention,
  };
}
