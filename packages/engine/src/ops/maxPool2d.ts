import type { Tensor4D } from "@tensorflow/tfjs-core";
import { Kernel } from "./kernels.ts";
import { completePoolOptions, type Pool2dOptions } from "./pool2dOptions.ts";
import { runKernel } from "./runKernel.ts";

/**
 * Takes the largest value of each window, channel by channel.
 *
 * @param images [batch, height, width, channel], float32
 * @returns [batch, outHeight, outWidth, channel], where outHeight = ⌊(height + 2·padding − size) / stride⌋ + 1;
 *          the caller disposes it
 *
 * Convention: padding never wins (it counts as −∞), as in torch.nn.MaxPool2d.
 * Gradient:   flows to the first largest value of each window, in row-major order.
 *
 * @throws {ShapeError} if the window is larger than the padded image
 * @throws {ValueError} if an option is not a whole number in its range
 */
export function maxPool2d(images: Tensor4D, options: Pool2dOptions): Tensor4D {
  const attrs = completePoolOptions("maxPool2d", images, options);
  return runKernel(Kernel.maxPool2d, { x: images }, attrs);
}
