import { assertImages, asUnitImages, type ByteImages, type UnitImages } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";

/**
 * Scales bytes to [0, 1], as torchvision's ToTensor does.
 *
 *     out = image / 255
 *
 * @param images ByteImages, [batch, height, width, channel]
 * @returns UnitImages, same shape; the caller disposes them
 */
export function toUnit(images: ByteImages): UnitImages {
  assertImages("toUnit", images);
  return asUnitImages(tf.tidy(() => tf.div(images, 255)));
}
