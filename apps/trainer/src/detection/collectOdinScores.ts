import type { PixelBatch, Predict } from "@apr-kit/contracts";
import { odinScores } from "@apr-kit/metrics/odin";
import type { CollectOptions } from "../evaluation/collectLogits.ts";
import { forEachBatch } from "./forEachBatch.ts";

/**
 * Returns ODIN's confidence of all images, batch by batch, at its published temperature and step.
 *
 * @param predict differentiable classifier of [0, 1] images
 * @returns [batch], float64
 */
export async function collectOdinScores(
  predict: Predict,
  pixels: PixelBatch,
  options: CollectOptions,
): Promise<Float64Array> {
  const scores = new Float64Array(pixels.shape[0]);
  await forEachBatch(pixels, options, (images, start) => {
    scores.set(odinScores(predict, images), start);
  });
  return scores;
}
