import { asUnitImages, type PixelBatch, type Predict } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";

export interface CollectOptions {
  readonly batchSize: number;
  /** Called with the number of images of every batch. */
  readonly onImages: (count: number) => void;
}

/**
 * Returns the logits of all images in ordinary memory, batch by batch.
 *
 * @returns [batch, classes], row-major
 */
export async function collectLogits(
  predict: Predict,
  { data, shape: [size, height, width, channel] }: PixelBatch,
  { batchSize, onImages }: CollectOptions,
): Promise<Float32Array> {
  const imageBytes = height * width * channel;
  const batches: Float32Array[] = [];
  for (let start = 0; start < size; start += batchSize) {
    const count = Math.min(batchSize, size - start);
    const bytes = data.subarray(start * imageBytes, (start + count) * imageBytes);
    const logits = tf.tidy(() => {
      const images = tf.tensor4d(Float32Array.from(bytes), [count, height, width, channel]);
      return predict(asUnitImages(tf.div(images, 255))).dataSync();
    });
    batches.push(logits as Float32Array);
    onImages(count);
    await new Promise((resolve) => setImmediate(resolve)); // lets signals and the bar through
  }
  return concatenate(batches);
}

function concatenate(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let filled = 0;
  for (const part of parts) {
    whole.set(part, filled);
    filled += part.length;
  }
  return whole;
}
