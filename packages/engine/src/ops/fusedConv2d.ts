import { ShapeError } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import { castPrecision } from "./castPrecision.ts";
import { assertPerChannel, showShape } from "./checks.ts";
import { assertConv2dInputs, type Conv2dOptions, conv2d } from "./conv2d.ts";
import { type FusedConvAttrs, Kernel, windowCount } from "./kernels.ts";
import { fusesConvolutions } from "./ownOperations.ts";
import { precisionOf } from "./precision.ts";
import { runKernel } from "./runKernel.ts";

/** What {@link fusedConv2d} does besides the convolution. */
export interface FusedConv2dOptions extends Conv2dOptions {
  /** [outChannel], float32, added to every pixel; none by default. */
  readonly bias?: tf.Tensor1D;
  /** Of the output's shape, added as well: the other branch of a residual block. */
  readonly other?: tf.Tensor4D;
  /** Whether ReLU comes last. */
  readonly relu?: boolean;
}

/**
 * Convolves images with a filter and adds to the result before it reaches memory.
 *
 *     out = relu(conv2d(images, filter) + bias + other)
 *
 * With a filter scaled by scale / √(variance + ε) and bias = offset − mean · scale / √(variance + ε), that is a whole
 * residual branch in inference.
 *
 * @param images [batch, height, width, channel], float32 or bfloat16
 * @param filter [filterHeight, filterWidth, channel / groups, outChannel], of the same precision
 * @returns [batch, outHeight, outWidth, outChannel]; the caller disposes it
 *
 * Convention: as {@link conv2d}; in bfloat16 only the output is rounded.
 * Gradient:   flows to `images`, `filter`, `bias` and `other`.
 * Cost:       that of the convolution where TensorFlow has oneDNN and there is one group; elsewhere the operations one
 *             after another.
 *
 * @throws {ShapeError} as conv2d does, and if `bias` is not [outChannel] or `other` not of the output's shape
 */
export function fusedConv2d(
  images: tf.Tensor4D,
  filter: tf.Tensor4D,
  { bias, other, relu = false, ...options }: FusedConv2dOptions,
): tf.Tensor4D {
  const walk = assertConv2dInputs("fusedConv2d", images, filter, options);
  const out = filter.shape[3];
  if (bias !== undefined) assertPerChannel("fusedConv2d", "options.bias", bias, out);
  if (other !== undefined) assertOther(images, filter, { other, walk });
  if (walk.groups > 1 || !fusesConvolutions()) {
    return composed(images, filter, { ...options, bias, other, relu });
  }
  const attrs: FusedConvAttrs = { ...walk, relu };
  return tf.tidy(() => {
    const inputs = { x: images, filter, bias: bias ?? tf.zeros([out]) };
    return other === undefined
      ? runKernel<tf.Tensor4D>(Kernel.conv2dFused, inputs, attrs)
      : runKernel<tf.Tensor4D>(Kernel.conv2dFusedAdd, { ...inputs, other }, attrs);
  });
}

function composed(
  images: tf.Tensor4D,
  filter: tf.Tensor4D,
  {
    bias,
    other,
    relu,
    ...options
  }: Conv2dOptions & {
    readonly bias: tf.Tensor1D | undefined;
    readonly other: tf.Tensor4D | undefined;
    readonly relu: boolean;
  },
): tf.Tensor4D {
  return tf.tidy(() => {
    let output = conv2d(images, filter, options);
    if (bias !== undefined) output = tf.add(output, castPrecision(bias, precisionOf(images)));
    if (other !== undefined) output = tf.add(output, other);
    return relu ? tf.relu(output) : output;
  });
}

function assertOther(
  images: tf.Tensor4D,
  filter: tf.Tensor4D,
  { other, walk }: { readonly other: tf.Tensor4D; readonly walk: Required<Conv2dOptions> },
): void {
  const [batch, height, width] = images.shape;
  const [filterHeight, filterWidth, , out] = filter.shape;
  const rows = windowCount(height, { size: filterHeight, ...walk });
  const columns = windowCount(width, { size: filterWidth, ...walk });
  const expected = [batch, rows, columns, out];
  if (tf.util.arraysEqual(other.shape, expected)) return;
  throw new ShapeError("fusedConv2d", {
    expected: `options.other of the output's shape [${expected.join(", ")}]`,
    actual: showShape(other),
  });
}
