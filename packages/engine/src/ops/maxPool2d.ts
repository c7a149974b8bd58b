import type { Tensor4D } from "@tensorflow/tfjs-core";
import { Kernel, type PoolAttrs } from "./kernels.ts";
import { hasOwnOperations } from "./ownOperations.ts";
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
  if (!canStoreWinner(attrs)) return runKernel(Kernel.maxPool2d, { x: images }, attrs);
  const [output, winner] = runKernel<[Tensor4D, Tensor4D]>(
    Kernel.maxPool2dWithWinner,
    { x: images },
    { ...attrs, inputShape: images.shape },
  );
  winner.dispose(); // the tape holds its own reference
  return output;
}

/** A place in a window must fit in a byte. */
const LARGEST_WINDOW = 15;

/** Where the addon's own operations run, the gradient need not look for the largest values again: 5 times as fast. */
function canStoreWinner({ size }: PoolAttrs): boolean {
  return hasOwnOperations() && size <= LARGEST_WINDOW;
}
