import {
  assertPixelBatch,
  type PixelBatch,
  ShapeError,
  show,
  ValueError,
} from "@apr-kit/contracts";
import type { ImageSplit } from "./imageDataset.ts";

export interface ImageBatch {
  readonly images: PixelBatch;
  readonly labels: Uint8Array;
}

/**
 * Copies the chosen images and their labels, in the order of `indices`.
 *
 * @param indices positions in the split, each in [0, split.size); repeats are allowed
 * @returns images [indices.length, height, width, channel] and labels [indices.length], in new memory
 *
 * @throws {ShapeError} if the split's images and labels differ in number
 * @throws {ValueError} if an index is out of range
 * @example
 * takeBatch(train, [2, 0]).labels; // [train.labels[2], train.labels[0]]
 */
export function takeBatch(split: ImageSplit, indices: ArrayLike<number>): ImageBatch {
  assertSplit("takeBatch", split);
  const [size, height, width, channel] = split.images.shape;
  const imageBytes = height * width * channel;
  const data = new Uint8Array(indices.length * imageBytes);
  const labels = new Uint8Array(indices.length);
  for (let row = 0; row < indices.length; row++) {
    const index = indices[row] as number;
    if (!(Number.isInteger(index) && index >= 0 && index < size)) {
      throw new ValueError("takeBatch", {
        expected: `indices[${row}] to be an integer in [0, ${size})`,
        actual: show(index),
      });
    }
    const start = index * imageBytes;
    data.set(split.images.data.subarray(start, start + imageBytes), row * imageBytes);
    labels[row] = split.labels[index] as number;
  }
  return { images: { data, shape: [indices.length, height, width, channel] }, labels };
}

/** Throws a ShapeError unless the split has one label per image. */
export function assertSplit(where: string, { images, labels, size }: ImageSplit): void {
  assertPixelBatch(where, images);
  if (images.shape[0] !== size || labels.length !== size) {
    throw new ShapeError(where, {
      expected: `a split of ${size} images and labels`,
      actual: `${images.shape[0]} images and ${labels.length} labels`,
    });
  }
}
