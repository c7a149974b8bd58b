import { asByteImages, assertImages, type ByteImages, show, ValueError } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import { isInOrdinaryMemory, isNative } from "./arguments.ts";
import { cropOnDevice } from "./crop/cropOnDevice.ts";
import { cropOnHost } from "./crop/cropOnHost.ts";
import { uncrop } from "./crop/uncrop.ts";
import { type CropAndFlipDrawOptions, drawCropAndFlip } from "./drawCropAndFlip.ts";

export interface CropAndFlipOptions extends CropAndFlipDrawOptions {
  /** Byte of the padding. Default 128, as the official code; its adversarial recipe takes 0. */
  readonly fill?: number;
}

/**
 * Pads each image, crops a random window of the original size, and mirrors it left to right by chance.
 *
 * @param images ByteImages, [batch, height, width, channel]
 * @returns ByteImages of the same shape; the caller disposes them
 *
 * Convention: torchvision's RandomCrop(size, padding, fill) followed by RandomHorizontalFlip.
 * Randomness: see {@link drawCropAndFlip}.
 * Gradient:   flows to `images`.
 * Cost:       about three copies of the images on the device; on cpu and wasm, and for small batches
 *             without a GPU, they are moved in JavaScript instead.
 *
 * @throws {ShapeError} if images are not four-dimensional or samples are not one for each
 * @throws {ValueError} if an option is outside its range
 */
export function cropAndFlip(
  images: ByteImages,
  { fill = 128, padding = 4, ...options }: CropAndFlipOptions,
): ByteImages {
  assertImages("cropAndFlip", images);
  if (!(Number.isInteger(fill) && fill >= 0 && fill <= 255)) {
    throw new ValueError("cropAndFlip", {
      expected: "fill to be an integer in [0, 255]",
      actual: show(fill),
    });
  }
  const draws = drawCropAndFlip(images.shape[0], { padding, ...options });
  if (images.size === 0) return tf.clone(images);
  const cropped = isForHost(images) ? cropOnHost : cropOnDevice;
  const crop = tf.customGrad((input) => ({
    value: cropped(input as tf.Tensor4D, draws, { padding, fill }),
    gradFunc: (dy: tf.Tensor) => uncrop(dy as tf.Tensor4D, draws, padding),
  }));
  return asByteImages(crop(images));
}

const LARGEST_READ = 2 ** 20; // values; fresh memory for larger arrays costs TensorFlow more than it saves

/** Whether the images lie in ordinary memory, where moving pixels in JavaScript is the shorter way. */
function isForHost({ size }: ByteImages): boolean {
  return isInOrdinaryMemory() && !(isNative() && size > LARGEST_READ);
}
