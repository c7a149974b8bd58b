import * as tf from "@tensorflow/tfjs-core";
import type { CropAndFlipDraw } from "../drawCropAndFlip.ts";

/** The adjoint of a crop: every pixel back where it came from, and 0 where none did. */
export function uncrop(
  cropped: tf.Tensor4D,
  draws: readonly CropAndFlipDraw[],
  padding: number,
): tf.Tensor4D {
  const [batch, height, width, channel] = cropped.shape;
  const nowhere = batch * height * width;
  const source = new Int32Array(nowhere).fill(nowhere);
  draws.forEach(({ top, left, flip }, image) => {
    for (let y = 0; y < height; y++) {
      const toY = y + top - padding;
      if (toY < 0 || toY >= height) continue;
      const row = (image * height + y) * width;
      const toRow = (image * height + toY) * width;
      for (let x = 0; x < width; x++) {
        const toX = (flip ? width - 1 - x : x) + left - padding;
        if (toX >= 0 && toX < width) source[toRow + toX] = row + x;
      }
    }
  });
  return tf.tidy(() => {
    const pixels = tf.reshape(cropped, [nowhere, channel]);
    const withNone = tf.concat([pixels, tf.fill([1, channel], 0)], 0);
    return tf.reshape(tf.gather(withNone, tf.tensor1d(source, "int32")), cropped.shape);
  });
}
