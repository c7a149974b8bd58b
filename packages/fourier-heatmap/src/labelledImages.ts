import {
  assertPixelBatch,
  asUnitImages,
  ShapeError,
  show,
  type UnitImages,
  ValueError,
} from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";

/** Images in ordinary memory: bytes in [0, 255], or float32 in [0, 1]. The type of `data` says which. */
export interface ImageBatch {
  readonly data: Uint8Array | Float32Array;
  readonly shape: readonly [batch: number, height: number, width: number, channel: number];
}

/** Images and the class of each. */
export interface LabelledImages {
  readonly images: ImageBatch;
  /** [batch], class indices. */
  readonly labels: ArrayLike<number>;
}

/**
 * Checks a labelled set once, before any work.
 *
 * @throws {ShapeError} if lengths disagree
 * @throws {ValueError} if the set is empty, a label is no class index, or a float is outside [0, 1]
 */
export function assertLabelledImages(where: string, { images, labels }: LabelledImages): void {
  assertPixelBatch(where, images as { data: Uint8Array; shape: ImageBatch["shape"] });
  const [batch, height, width, channel] = images.shape;
  if (batch * height * width * channel === 0) {
    throw new ValueError(where, {
      expected: "images with at least one of them, and no empty side",
      actual: `shape [${images.shape.join(", ")}]`,
    });
  }
  if (labels.length !== batch) {
    throw new ShapeError(where, {
      expected: `one label for each of ${batch} images`,
      actual: `${labels.length} labels`,
    });
  }
  for (let index = 0; index < batch; index++) {
    const label = labels[index]!;
    if (Number.isInteger(label) && label >= 0) continue;
    throw new ValueError(where, {
      expected: "labels to be class indices",
      actual: `${show(label)} at ${index}`,
    });
  }
  if (images.data instanceof Uint8Array) return;
  const outside = images.data.findIndex((value) => !(value >= 0 && value <= 1));
  if (outside === -1) return;
  throw new ValueError(where, {
    expected: "float images in [0, 1], before any normalisation (bytes in [0, 255] as Uint8Array)",
    actual: `${show(images.data[outside])} at index ${outside}`,
  });
}

/** Brings some images to the device, in the order of `samples`; the caller disposes them. */
export function takeUnitImages({ data, shape }: ImageBatch, samples: Int32Array): UnitImages {
  const [, height, width, channel] = shape;
  const size = height * width * channel;
  const values = new Float32Array(samples.length * size);
  for (const [position, sample] of samples.entries()) {
    values.set(data.subarray(sample * size, (sample + 1) * size), position * size);
  }
  const taken = tf.tensor4d(values, [samples.length, height, width, channel]);
  if (data instanceof Float32Array) return asUnitImages(taken);
  const unit = tf.div(taken, 255);
  taken.dispose();
  return asUnitImages(unit);
}
