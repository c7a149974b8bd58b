import { asUnitImages, type PixelBatch, type Predict } from "@apr-kit/contracts";
import { odinScores } from "@apr-kit/metrics/odin";
import * as tf from "@tensorflow/tfjs-core";
import type { CollectOptions } from "../evaluation/collectLogits.ts";

/**
 * Returns ODIN's confidence of all images, batch by batch, at its published temperature and step.
 *
 * @param predict differentiable classifier of [0, 1] images
 * @returns [batch], float64
 */
export async function collectOdinScores(
  predict: Predict,
  { data, shape: [size, height, width, channel] }: PixelBatch,
  { batchSize, onImages }: CollectOptions,
): Promise<Float64Array> {
  const imageBytes = height * width * channel;
  const scores = new Float64Array(size);
  for (let start = 0; start < size; start += batchSize) {
    const count = Math.min(batchSize, size - start);
    const bytes = data.subarray(start * imageBytes, (start + count) * imageBytes);
    const images = tf.tidy(() => {
      const pixels = tf.tensor4d(Float32Array.from(bytes), [count, height, width, channel]);
      return asUnitImages(tf.div(pixels, 255));
    });
    scores.set(odinScores(predict, images), start);
    images.dispose();
    onImages(count);
    await new Promise((resolve) => setImmediate(resolve)); // lets signals and the bar through
  }
  return scores;
}
