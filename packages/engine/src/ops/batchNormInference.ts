import { show, ValueError } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import { assertAxes, assertPerChannel } from "./checks.ts";
import { Kernel } from "./kernels.ts";
import { hasOwnOperations } from "./ownOperations.ts";
import { runKernel } from "./runKernel.ts";

/** Fixed statistics and the affine map of {@link batchNormInference}, each [channel]. */
export interface BatchNormParameters {
  readonly mean: tf.Tensor1D;
  /** The running variance, as trained (PyTorch's is an average of unbiased ones). */
  readonly variance: tf.Tensor1D;
  readonly scale: tf.Tensor1D;
  readonly offset: tf.Tensor1D;
}

/** Options of {@link batchNormInference}. */
export interface BatchNormInferenceOptions {
  /** Added to the variance; 1e-5 unless given. */
  readonly epsilon?: number;
  /** Whether ReLU follows, in the same pass over memory on TensorFlow's CPU. */
  readonly relu?: boolean;
}

/**
 * Normalises images by given statistics, channel by channel; with `relu`, ReLU follows.
 *
 *     out = (x − mean) / √(variance + epsilon) · scale + offset
 *
 * @param x [batch, height, width, channel], float32 or bfloat16
 * @returns [batch, height, width, channel]; the caller disposes it
 *
 * Gradient: flows to `x` and to all four parameters.
 *
 * @throws {ShapeError} if a parameter is not [channel]
 */
export function batchNormInference(
  x: tf.Tensor4D,
  { mean, variance, scale, offset }: BatchNormParameters,
  { epsilon = 1e-5, relu = false }: BatchNormInferenceOptions = {},
): tf.Tensor4D {
  const where = "batchNormInference";
  assertAxes(where, "x", x, ["batch", "height", "width", "channel"]);
  const parameters = { mean, variance, scale, offset };
  for (const [name, value] of Object.entries(parameters)) {
    assertPerChannel(where, name, value, x.shape[3]);
  }
  if (!(epsilon >= 0)) {
    throw new ValueError(where, { expected: "epsilon ≥ 0", actual: show(epsilon) });
  }
  const isOneKernel = relu && x.size > 0 && hasOwnOperations();
  const kernel = isOneKernel ? Kernel.batchNormInferenceRelu : Kernel.batchNormInference;
  const output = runKernel<tf.Tensor4D>(kernel, { x, ...parameters }, { epsilon });
  if (!relu || isOneKernel) return output;
  const positive = tf.relu(output);
  output.dispose();
  return positive;
}
