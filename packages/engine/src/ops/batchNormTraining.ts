import { ShapeError, show, ValueError } from "@apr-kit/contracts";
import type { Tensor, Tensor1D, Tensor4D } from "@tensorflow/tfjs-core";
import { assertAxes, assertPerChannel, showShape } from "./checks.ts";
import { Kernel } from "./kernels.ts";
import { runKernel } from "./runKernel.ts";

/** What {@link batchNormTraining} returns: the normalised images and the statistics used. */
export interface BatchNormResult {
  /** [batch, height, width, channel]. */
  readonly output: Tensor4D;
  /** [channel], mean of the batch; carries no gradient. */
  readonly mean: Tensor1D;
  /** [channel], biased variance of the batch; carries no gradient. */
  readonly variance: Tensor1D;
}

/**
 * Normalises images by the statistics of their own batch, channel by channel.
 *
 *     output = (x − mean) / √(variance + epsilon) · scale + offset
 *
 * @param x      [batch, height, width, channel], float32
 * @param scale  [channel], float32
 * @param offset [channel], float32
 * @returns output, mean and variance; the caller disposes all three
 *
 * Convention: `variance` divides by n = batch · height · width, which is what normalises, in PyTorch too. PyTorch's
 * running average takes the unbiased one: multiply by n / (n − 1).
 * Gradient:   flows to `x` (through the statistics as well), `scale` and `offset`.
 *
 * @throws {ShapeError} if `scale` or `offset` is not [channel], or there is nothing to average
 */
export function batchNormTraining(
  x: Tensor4D,
  scale: Tensor1D,
  offset: Tensor1D,
  epsilon = 1e-5,
): BatchNormResult {
  assertBatchNormInputs("batchNormTraining", { x, scale, offset }, epsilon);
  const [output, mean, variance, ...reserved] = runKernel<Tensor[]>(
    Kernel.batchNorm,
    { x, scale, offset },
    { epsilon },
  );
  for (const tensor of reserved) tensor.dispose(); // the tape holds its own references
  return { output: output as Tensor4D, mean: mean as Tensor1D, variance: variance as Tensor1D };
}

/** Throws unless there is something to average, and one scale and offset per channel. */
export function assertBatchNormInputs(
  where: string,
  {
    x,
    scale,
    offset,
  }: { readonly x: Tensor4D; readonly scale: Tensor1D; readonly offset: Tensor1D },
  epsilon: number,
): void {
  assertAxes(where, "x", x, ["batch", "height", "width", "channel"]);
  assertPerChannel(where, "scale", scale, x.shape[3]);
  assertPerChannel(where, "offset", offset, x.shape[3]);
  if (x.size === 0) {
    throw new ShapeError(where, { expected: "x with at least one value", actual: showShape(x) });
  }
  if (!(epsilon >= 0)) {
    throw new ValueError(where, { expected: "epsilon ≥ 0", actual: show(epsilon) });
  }
}
