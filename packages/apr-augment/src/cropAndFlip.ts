import { asByteImages, assertImages, type ByteImages, show, ValueError } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import {
  type CropAndFlipDraw,
  type CropAndFlipDrawOptions,
  drawCropAndFlip,
} from "./drawCropAndFlip.ts";

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
 * Cost:       one padding and one gather on the device, with 4 bytes of indices uploaded per pixel.
 *             tf.image.cropAndResize would be faster on TensorFlow, but wasm's takes wrong pixels.
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
  const [batch, height, width, channel] = images.shape;
  const draws = drawCropAndFlip(batch, { padding, ...options });
  const source = sourcePixels(draws, { height, width, padding });
  return tf.tidy(() => {
    const pixels = tf.reshape(images, [batch * height * width, channel]);
    const withFill = tf.pad(
      pixels,
      [
        [0, 1],
        [0, 0],
      ],
      fill,
    ); // the last row is what lies outside
    const cropped = tf.gather(withFill, tf.tensor1d(source, "int32"), 0);
    return asByteImages(tf.reshape(cropped, images.shape));
  });
}

/** For each pixel of the result its place among all pixels of the batch, or one past the end. */
function sourcePixels(
  draws: readonly CropAndFlipDraw[],
  {
    height,
    width,
    padding,
  }: { readonly height: number; readonly width: number; readonly padding: number },
): Int32Array {
  const source = new Int32Array(draws.length * height * width).fill(draws.length * height * width);
  draws.forEach(({ top, left, flip }, image) => {
    for (let y = 0; y < height; y++) {
      const fromY = y + top - padding;
      if (fromY < 0 || fromY >= height) continue;
      const row = (image * height + y) * width;
      const fromRow = (image * height + fromY) * width;
      for (let x = 0; x < width; x++) {
        const fromX = (flip ? width - 1 - x : x) + left - padding;
        if (fromX >= 0 && fromX < width) source[row + x] = fromRow + fromX;
      }
    }
  });
  return source;
}
