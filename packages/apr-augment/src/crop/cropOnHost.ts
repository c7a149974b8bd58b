import * as tf from "@tensorflow/tfjs-core";
import type { CropAndFlipDraw } from "../drawCropAndFlip.ts";
import type { Border } from "./cropOnDevice.ts";

/** Row by row, for backends whose tensors lie in ordinary memory. */
export function cropOnHost(
  images: tf.Tensor4D,
  draws: readonly CropAndFlipDraw[],
  { padding, fill }: Border,
): tf.Tensor4D {
  const [, height, width, channel] = images.shape;
  const source = images.dataSync<"float32">();
  const target = new Float32Array(source.length).fill(fill);
  const line = width * channel;
  draws.forEach(({ top, left, flip }, image) => {
    const shift = left - padding; // column of the image that becomes column 0
    const first = Math.max(0, -shift);
    const last = Math.min(width, width - shift); // one past it
    for (let y = 0; y < height; y++) {
      const fromY = y + top - padding;
      if (fromY < 0 || fromY >= height || last <= first) continue;
      const from = (image * height + fromY) * line;
      const to = (image * height + y) * line;
      if (!flip) {
        const run = source.subarray(
          from + (first + shift) * channel,
          from + (last + shift) * channel,
        );
        target.set(run, to + first * channel);
        continue;
      }
      for (let x = first; x < last; x++) {
        const pixel = from + (x + shift) * channel;
        const place = to + (width - 1 - x) * channel;
        for (let c = 0; c < channel; c++) target[place + c] = source[pixel + c] as number;
      }
    }
  });
  return tf.tensor4d(target, images.shape);
}
