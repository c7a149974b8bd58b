import { ShapeError } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import {
  assertBatchNormInputs,
  type BatchNormResult,
  batchNormTraining,
} from "./batchNormTraining.ts";
import { showShape } from "./checks.ts";
import { Kernel } from "./kernels.ts";
import { hasOwnOperations } from "./ownOperations.ts";
import { runKernel } from "./runKernel.ts";

/** Options of {@link batchNormReluTraining}. */
export interface BatchNormReluOptions {
  /** Added to the variance; 1e-5 unless given. */
  readonly epsilon?: number;
  /** Of x's shape, added before ReLU: the other branch of a residual block. */
  readonly other?: tf.Tensor4D;
}

/**
 * Normalises images as {@link batchNormTraining} does, adds another tensor if there is one, and applies ReLU.
 *
 *     output = relu((x − mean) / √(variance + epsilon) · scale + offset + other)
 *
 * @param x      [batch, height, width, channel], float32 or bfloat16
 * @param scale  [channel], float32
 * @param offset [channel], float32
 * @returns output, mean and variance; the caller disposes all three
 *
 * Convention: as the three operations one after another, but in bfloat16 only the output is rounded.
 * Gradient:   flows to `x`, `scale`, `offset` and `other`.
 * Cost:       on TensorFlow's CPU two passes over memory forward and two backward; elsewhere the three operations.
 *
 * @throws {ShapeError} if `scale` or `offset` is not [channel], `other` is not of x's shape, or there is nothing to
 *         average
 */
export function batchNormReluTraining(
  x: tf.Tensor4D,
  scale: tf.Tensor1D,
  offset: tf.Tensor1D,
  { epsilon = 1e-5, other }: BatchNormReluOptions = {},
): BatchNormResult {
  const where = "batchNormReluTraining";
  assertBatchNormInputs(where, { x, scale, offset }, epsilon);
  if (other !== undefined && !tf.util.arraysEqual(other.shape, x.shape)) {
    throw new ShapeError(where, {
      expected: `options.other of x's shape ${showShape(x)}`,
      actual: showShape(other),
    });
  }
  if (!hasOwnOperations()) return composed(x, scale, offset, { epsilon, other });
  const kernel = other === undefined ? Kernel.batchNormRelu : Kernel.batchNormAddRelu;
  const inputs = { x, scale, offset, ...(other !== undefined && { other }) };
  const [output, mean, variance, inverse] = runKernel<tf.Tensor[]>(kernel, inputs, { epsilon });
  inverse!.dispose(); // the tape holds its own reference
  return {
    output: output as tf.Tensor4D,
    mean: mean as tf.Tensor1D,
    variance: variance as tf.Tensor1D,
  };
}

function composed(
  x: tf.Tensor4D,
  scale: tf.Tensor1D,
  offset: tf.Tensor1D,
  { epsilon, other }: { epsilon: number; other: tf.Tensor4D | undefined },
): BatchNormResult {
  const { output: normal, mean, variance } = batchNormTraining(x, scale, offset, epsilon);
  const output = tf.tidy(() => tf.relu(other === undefined ? normal : tf.add(normal, other)));
  normal.dispose();
  return { output: output as tf.Tensor4D, mean, variance };
}
