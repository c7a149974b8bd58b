import type { PixelBatch } from "@apr-kit/contracts";
import type { ImageSplit } from "./imageDataset.ts";
import { type ImageBatch, takeBatch } from "./takeBatch.ts";

/** Images of one split, wherever they lie, read in any order and as often as wished. */
export interface ImageSource {
  readonly size: number;
  /** Of the images that `read` delivers; with folders of pictures, after resizing and cropping. */
  readonly shape: readonly [height: number, width: number, channel: number];
  /** [size], class indices. */
  readonly labels: Uint8Array | Uint16Array;
  /**
   * Reads the chosen images, in the order of `indices`, into new memory. May be called again before the
   * former call has ended.
   */
  read(indices: ArrayLike<number>): Promise<LabelledPixels>;
}

/** Images and the class of each. */
export interface LabelledPixels {
  readonly images: PixelBatch;
  readonly labels: Uint8Array | Uint16Array;
}

/**
 * Presents a split in memory as an ImageSource.
 *
 * @example
 * for await (const { images } of streamBatches(splitSource(test), { batchSize: 500 })) { ... }
 */
export function splitSource(split: ImageSplit): ImageSource {
  const [, height, width, channel] = split.images.shape;
  return {
    size: split.size,
    shape: [height, width, channel],
    labels: split.labels,
    read: async (indices): Promise<ImageBatch> => takeBatch(split, indices),
  };
}
