import type { Tensor4D } from "@tensorflow/tfjs-core";
import { Kernel } from "./kernels.ts";
import { completePoolOptions, type Pool2dOptions } from "./pool2dOptions.ts";
import { runKernel } from "./runKernel.ts";

/**
 * Averages each window, channel by channel.
 *
 * @param images [batch, height, width, channel], float32
 * @returns [batch, outHeight, outWidth, channel], where outHeight = ⌊(height + 2·padding − size) / stride⌋ + 1;
 *          the caller disposes it
 *
 * Convention: padding counts as zeros and every window divides by size², as torch.nn.AvgPool2d does unless told
 * otherwise (count_include_pad). TensorFlow's own average pooling leaves padding out of the count.
 * Gradient:   flows to `images`.
 *
 * @throws {ShapeError} if the window is larger than the padded image
 * @throws {ValueError} if an option is not a whole number in its range
 */
export function avgPool2d(images: Tensor4D, options: Pool2dOptions): Tensor4D {
  const attrs = completePoolOptions("avgPool2d", images, options);
  return runKernel(Kernel.avgPool2d, { x: images }, attrs);
}
