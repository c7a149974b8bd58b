import { asByteImages, type ByteImages } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import { assertLength, assertRgbBytes } from "../arguments.ts";
import { makeViews } from "../views/makeViews.ts";
import { assertOpDraw } from "./assertOpDraw.ts";
import type { OpDraw } from "./opDraw.ts";

/**
 * Applies to each image its own operation, without the pixels leaving the device.
 *
 * @param images ByteImages, RGB, [batch, height, width, 3]
 * @param draws  one for each image
 * @returns ByteImages, same shape; the caller disposes them
 *
 * Convention: on cpu, wasm and TensorFlow's processor bit for bit as {@link applyOps}; on other devices within one
 * level, and the overlapping operations there by way of the host.
 *
 * @throws {ShapeError} if the images are not RGB or draws are not one for each
 * @throws {ValueError} if a draw names no known operation or holds a magnitude outside its range
 */
export function applyOpsOnDevice(images: ByteImages, draws: readonly OpDraw[]): ByteImages {
  assertRgbBytes("applyOpsOnDevice", images);
  assertLength("applyOpsOnDevice", "draws", draws, images.shape[0]);
  for (const draw of draws) assertOpDraw("applyOpsOnDevice", draw);
  const recipes = draws.map((draw, place) => ({ place, ops: [draw] }));
  return tf.tidy(() => asByteImages(makeViews(images, [recipes])[0] as tf.Tensor4D));
}
