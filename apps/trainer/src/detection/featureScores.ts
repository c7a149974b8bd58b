import { createRng, type PixelBatch, type UnitImages } from "@apr-kit/contracts";
import { type ImageSplit, takeBatch } from "@apr-kit/datasets";
import {
  type FeatureTable,
  fitClassGaussians,
  knnScores,
  mahalanobisScores,
} from "@apr-kit/metrics";
import type { Tensor2D } from "@tensorflow/tfjs-core";
import type { CollectOptions } from "../evaluation/collectLogits.ts";
import { forEachBatch } from "./forEachBatch.ts";

/** A confidence from what the last layer sees, compared with training images. */
export type FeatureScoreName = "mahalanobis" | "knn";

export const featureScoreNames: readonly FeatureScoreName[] = ["mahalanobis", "knn"];

/** Features of [0, 1] images, [batch, width]; the caller disposes them. */
export type ExtractFeatures = (images: UnitImages) => Tensor2D;

/** What scores of features compare with. */
export interface FeatureReference {
  readonly features: FeatureTable;
  readonly labels: ArrayLike<number>;
  readonly classes: number;
}

const RIDGE = 1e-6; // of the mean variance: a feature that never fires has none
const NEIGHBOURS_OF = 1000; // the k = 50 of 50,000 training images of Sun et al., ICML 2022, in proportion

/** Draws training images, without replacement, by `seed`; all of them where there are no more. */
export function drawReference(
  train: ImageSplit,
  { images, seed }: { readonly images: number; readonly seed: number },
): ImageSplit {
  if (images >= train.size) return train;
  const order = createRng({ seed, purpose: "trainer.oodReference" }).permutation(train.size);
  return { ...takeBatch(train, order.slice(0, images).sort()), size: images };
}

/** Extracts the features of all images, batch by batch. */
export async function collectFeatures(
  extract: ExtractFeatures,
  pixels: PixelBatch,
  options: CollectOptions,
): Promise<FeatureTable> {
  let [data, width] = [new Float32Array(0), 1];
  await forEachBatch(pixels, options, (images, start) => {
    const features = extract(images);
    width = features.shape[1];
    if (start === 0) data = new Float32Array(pixels.shape[0] * width);
    data.set(features.dataSync<"float32">(), start * width);
    features.dispose();
  });
  return { data, width };
}

/**
 * Fits a score of features to those of training images.
 *
 * @returns the score, larger for familiar images, and its convention in words
 */
export function fitFeatureScore(
  name: FeatureScoreName,
  { features, labels, classes }: FeatureReference,
): { readonly score: (features: FeatureTable) => Float64Array; readonly convention: string } {
  const of = `features before the last layer, against ${labels.length} training images`;
  if (name === "mahalanobis") {
    const ridge = RIDGE * meanVariance(features) || RIDGE; // all features constant
    const fitted = fitClassGaussians(features, labels, { classes, ridge });
    const convention = `minus the squared Mahalanobis distance to the nearest class mean; ${of}; shared covariance, ridge ${RIDGE} of the mean variance`;
    return { score: (table) => mahalanobisScores(table, fitted), convention };
  }
  const k = Math.max(1, Math.round(labels.length / NEIGHBOURS_OF));
  const convention = `minus the distance to the neighbour number ${k}, features scaled to length 1; ${of}`;
  return { score: (table) => knnScores(table, features, { k }), convention };
}

function meanVariance({ data, width }: FeatureTable): number {
  const rows = data.length / width;
  let total = 0;
  for (let d = 0; d < width; d++) {
    let [sum, squares] = [0, 0];
    for (let at = d; at < data.length; at += width) {
      const value = data[at] as number;
      sum += value;
      squares += value * value;
    }
    total += Math.max(0, squares / rows - (sum / rows) ** 2);
  }
  return total / width;
}
