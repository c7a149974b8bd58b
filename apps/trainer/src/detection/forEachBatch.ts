import { asUnitImages, type PixelBatch, type UnitImages } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import type { CollectOptions } from "../evaluation/collectLogits.ts";

/**
 * Shows all images to `visit`, batch by batch, as tensors in [0, 1].
 *
 * @param visit disposes what it makes, not the images; `start` is the index of the first of them
 */
export async function forEachBatch(
  { data, shape: [size, height, width, channel] }: PixelBatch,
  { batchSize, onImages }: CollectOptions,
  visit: (images: UnitImages, start: number) => void,
): Promise<void> {
  const imageBytes = height * width * channel;
  for (let start = 0; start < size; start += batchSize) {
    const count = Math.min(batchSize, size - start);
    const bytes = data.subarray(start * imageBytes, (start + count) * imageBytes);
    const images = tf.tidy(() => {
      const pixels = tf.tensor4d(Float32Array.from(bytes), [count, height, width, channel]);
      return asUnitImages(tf.div(pixels, 255));
    });
    try {
      visit(images, start);
    } finally {
      images.dispose();
    }
    onImages(count);
    await new Promise((resolve) => setImmediate(resolve)); // lets signals and the bar through
  }
}
