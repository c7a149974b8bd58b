import * as tf from "@tensorflow/tfjs-core";
import type { CropAndFlipDraw } from "../drawCropAndFlip.ts";
import { mergeRows } from "../mergeRows.ts";

export interface Border {
  /** Pixels added on each side. */
  readonly padding: number;
  readonly fill: number;
}

/** One slice of the padded batch for each image; those to be mirrored are mirrored together. */
export function cropOnDevice(
  images: tf.Tensor4D,
  draws: readonly CropAndFlipDraw[],
  { padding, fill }: Border,
): tf.Tensor4D {
  const [, height, width, channel] = images.shape;
  return tf.tidy(() => {
    const sides: [number, number] = [padding, padding];
    const padded = padding > 0 ? tf.pad(images, [[0, 0], sides, sides, [0, 0]], fill) : images;
    const windows = (isFlipped: boolean) => {
      const slices = draws.flatMap(({ top, left, flip }, image) =>
        flip === isFlipped
          ? [tf.slice4d(padded, [image, top, left, 0], [1, height, width, channel])]
          : [],
      );
      return slices.length === 0 ? tf.zeros<tf.Rank.R4>([0, height, width, channel]) : join(slices);
    };
    const isFirst = draws.map(({ flip }) => flip);
    return mergeRows(mirrored(windows(true)), windows(false), isFirst);
  });
}

function join(slices: tf.Tensor4D[]): tf.Tensor4D {
  return slices.length === 1 ? (slices[0] as tf.Tensor4D) : tf.concat(slices, 0);
}

/** With rank 3, for which TensorFlow has a fast way. */
function mirrored(images: tf.Tensor4D): tf.Tensor4D {
  const [batch, height, width, channel] = images.shape;
  if (batch === 0) return images;
  const rows = tf.reshape(images, [batch * height, width, channel]);
  return tf.reshape(tf.reverse(rows, 1), images.shape);
}
