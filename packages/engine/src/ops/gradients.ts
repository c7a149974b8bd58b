/** @file The backward passes of our kernels, in the form tfjs records on its tape. */
import * as tf from "@tensorflow/tfjs-core";
import { constant } from "./constant.ts";
import { Kernel } from "./kernels.ts";
import { runKernel } from "./runKernel.ts";

type Gradient = Omit<tf.GradConfig, "gradFunc"> & {
  readonly gradFunc: (
    dy: tf.Tensor,
    saved: tf.Tensor[],
    attrs: tf.NamedAttrMap,
  ) => Record<string, () => tf.Tensor>;
};

type FiveTensors = [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];

const conv2d: Gradient = {
  kernelName: Kernel.conv2d,
  inputsToSave: ["x", "filter"],
  gradFunc: (dy, saved, attrs) => {
    const [x, filter] = saved as [tf.Tensor, tf.Tensor];
    return {
      x: () =>
        runKernel(Kernel.conv2dInputGradient, { dy, filter }, { ...attrs, inputShape: x.shape }),
      filter: () =>
        runKernel(Kernel.conv2dFilterGradient, { x, dy }, { ...attrs, filterShape: filter.shape }),
    };
  },
};

/** Outputs of the forward kernel: output, mean, variance, and three that only its gradient kernel reads. */
const batchNorm: tf.GradConfig = {
  kernelName: Kernel.batchNorm,
  inputsToSave: ["x", "scale"],
  outputsToSave: [false, false, false, true, true, true],
  gradFunc: (dys, saved, attrs) => {
    const [dy] = dys as [tf.Tensor]; // those of the statistics are ignored: they carry no gradient
    const [x, scale, reserve1, reserve2, reserve3] = saved as FiveTensors;
    // Run here, not in the functions returned: tfjs disposes what one of those makes besides its own result.
    const [dx, dScale, dOffset] = runKernel<tf.Tensor[]>(
      Kernel.batchNormGradient,
      { dy, x, scale, reserve1, reserve2, reserve3 },
      attrs,
    ) as [tf.Tensor, tf.Tensor, tf.Tensor];
    return { x: () => dx, scale: () => dScale, offset: () => dOffset };
  },
};

const batchNormInference: Gradient = {
  kernelName: Kernel.batchNormInference,
  inputsToSave: ["x", "mean", "variance", "scale"],
  gradFunc: (dy, saved, attrs) => {
    const [x, mean, variance, scale] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
    const inputs = { dy, x, mean, variance, scale };
    return batchNormInferenceGradients(inputs, attrs.epsilon as number);
  },
};

/**
 * With v = variance + epsilon, the gradients of mean and variance follow from those of scale and offset:
 *
 *     ∂mean = −∂offset · scale / √v,   ∂variance = −½ · ∂scale · scale / v
 */
export function batchNormInferenceGradients(
  inputs: Record<"dy" | "x" | "mean" | "variance" | "scale", tf.Tensor>,
  epsilon: number,
): Record<string, () => tf.Tensor> {
  const { variance, scale } = inputs;
  const [dx, dScale, dOffset] = runKernel<tf.Tensor[]>(Kernel.batchNormInferenceGradient, inputs, {
    epsilon,
  }) as [tf.Tensor, tf.Tensor, tf.Tensor];
  const shifted = () => tf.add(variance, constant(epsilon));
  return {
    x: () => dx,
    scale: () => dScale,
    offset: () => dOffset,
    mean: () => tf.neg(tf.mul(tf.mul(dOffset, scale), tf.rsqrt(shifted()))),
    variance: () => tf.mul(constant(-0.5), tf.div(tf.mul(dScale, scale), shifted())),
  };
}

const maxPool2d: Gradient = {
  kernelName: Kernel.maxPool2d,
  inputsToSave: ["x"],
  outputsToSave: [true],
  gradFunc: (dy, saved, attrs) => {
    const [x, y] = saved as [tf.Tensor, tf.Tensor];
    return { x: () => runKernel(Kernel.maxPool2dGradient, { dy, x, y }, attrs) };
  },
};

/** The second output tells which element of each window won; it carries no gradient. */
const maxPool2dWithWinner: tf.GradConfig = {
  kernelName: Kernel.maxPool2dWithWinner,
  outputsToSave: [false, true],
  gradFunc: (dys, saved, attrs) => {
    const [dy] = dys as [tf.Tensor];
    const [winner] = saved as [tf.Tensor];
    return { x: () => runKernel(Kernel.maxPool2dWinnerGradient, { dy, winner }, attrs) };
  },
};

const avgPool2d: Gradient = {
  kernelName: Kernel.avgPool2d,
  inputsToSave: ["x"],
  gradFunc: (dy, saved, attrs) => {
    const [x] = saved as [tf.Tensor];
    return {
      x: () => runKernel(Kernel.avgPool2dGradient, { dy }, { ...attrs, inputShape: x.shape }),
    };
  },
};

const softmaxCrossEntropy: tf.GradConfig = {
  kernelName: Kernel.softmaxCrossEntropy,
  outputsToSave: [false, true],
  gradFunc: (dys, saved) => {
    const [dy] = dys as [tf.Tensor];
    const [logitsGradient] = saved as [tf.Tensor];
    return { logits: () => tf.mul(tf.expandDims(dy, 1), logitsGradient) };
  },
};

const broadcastTo: Gradient = {
  kernelName: Kernel.broadcastTo,
  inputsToSave: ["x"],
  gradFunc: (dy, saved) => {
    const [x] = saved as [tf.Tensor];
    const axes = x.shape.flatMap((length, axis) => (length === 1 ? [axis] : []));
    return { x: () => tf.reshape(tf.sum(dy, axes, true), x.shape) };
  },
};

const reluGradient: Gradient = {
  kernelName: Kernel.reluGradient,
  inputsToSave: ["y"],
  gradFunc: (dy, saved) => {
    const [y] = saved as [tf.Tensor];
    return {
      dy: () => runKernel(Kernel.reluGradient, { dy, y }),
      y: () => tf.zerosLike(y),
    };
  },
};

const castPrecision: Gradient = {
  kernelName: Kernel.castPrecision,
  gradFunc: (dy, _, attrs) => ({
    x: () => runKernel(Kernel.castPrecision, { x: dy }, { from: attrs.to, to: attrs.from }),
  }),
};

/** Every gradient of ours; `registerOpKernels` puts them into the registry. */
export const gradients: readonly tf.GradConfig[] = [
  conv2d as tf.GradConfig,
  batchNorm,
  batchNormInference as tf.GradConfig,
  maxPool2d as tf.GradConfig,
  maxPool2dWithWinner,
  avgPool2d as tf.GradConfig,
  softmaxCrossEntropy,
  broadcastTo as tf.GradConfig,
  reluGradient as tf.GradConfig,
  castPrecision as tf.GradConfig,
];
