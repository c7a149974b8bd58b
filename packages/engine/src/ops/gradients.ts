/** @file The backward passes of our kernels, in the form tfjs records on its tape. */
import * as tf from "@tensorflow/tfjs-core";
import { castPrecision as toPrecision } from "./castPrecision.ts";
import { constant } from "./constant.ts";
import { type FusedConvAttrs, Kernel } from "./kernels.ts";
import { runKernel } from "./runKernel.ts";

type Gradient = Omit<tf.GradConfig, "gradFunc"> & {
  readonly gradFunc: (
    dy: tf.Tensor,
    saved: tf.Tensor[],
    attrs: tf.NamedAttrMap,
  ) => Record<string, () => tf.Tensor>;
};

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

/** The parts are those of a convolution, of an addition along channels, and of the addition of `other`. */
const conv2dFused: Gradient = {
  kernelName: Kernel.conv2dFused,
  inputsToSave: ["x", "filter"],
  outputsToSave: [true],
  gradFunc: (dy, saved, attrs) => {
    const [x, filter, y] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
    const { relu, ...walk } = attrs as unknown as FusedConvAttrs;
    const slope = relu ? runKernel<tf.Tensor>(Kernel.reluGradient, { dy, y }) : dy;
    return {
      ...conv2d.gradFunc(slope, [x, filter], walk as unknown as tf.NamedAttrMap),
      bias: () => tf.sum(toPrecision(slope, "float32"), [0, 1, 2]),
      other: () => tf.clone(slope),
    };
  },
};

const conv2dFusedAdd: Gradient = { ...conv2dFused, kernelName: Kernel.conv2dFusedAdd };

/** Outputs of the forward kernel: output, mean, variance, and one to three that only its gradient kernel reads. */
const batchNorm: tf.GradConfig = {
  kernelName: Kernel.batchNorm,
  inputsToSave: ["x", "scale"],
  outputsToSave: [false, true, false, true, true, true],
  gradFunc: (dys, saved, attrs) => {
    const [dy] = dys as [tf.Tensor]; // those of the statistics are ignored: they carry no gradient
    const [x, scale, mean, ...reserved] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
    const named = Object.fromEntries(reserved.map((tensor, i) => [`reserve${i + 1}`, tensor]));
    // Run here, not in the functions returned: tfjs disposes what one of those makes besides its own result.
    const [dx, dScale, dOffset] = runKernel<tf.Tensor[]>(
      Kernel.batchNormGradient,
      { dy, x, scale, mean, ...named },
      attrs,
    ) as [tf.Tensor, tf.Tensor, tf.Tensor];
    return { x: () => dx, scale: () => dScale, offset: () => dOffset };
  },
};

/** Outputs of the forward kernel: output, mean, variance, and 1 / √(variance + epsilon). */
const batchNormRelu: tf.GradConfig = {
  kernelName: Kernel.batchNormRelu,
  inputsToSave: ["x", "scale", "offset"],
  outputsToSave: [false, true, false, true],
  gradFunc: (dys, saved) => {
    const [x, scale, offset, mean, inverse] = saved as tf.Tensor[];
    const inputs = { dy: (dys as tf.Tensor[])[0], x, scale, offset, mean, inverse };
    const [dx, dScale, dOffset] = batchNormReluGradients(inputs);
    return { x: () => dx!, scale: () => dScale!, offset: () => dOffset! };
  },
};

/** Keeps the output too: after the addition the input alone does not tell where it is positive. */
const batchNormAddRelu: tf.GradConfig = {
  kernelName: Kernel.batchNormAddRelu,
  inputsToSave: ["x", "scale", "offset"],
  outputsToSave: [true, true, false, true],
  gradFunc: (dys, saved) => {
    const [x, scale, offset, y, mean, inverse] = saved as tf.Tensor[];
    const inputs = { dy: (dys as tf.Tensor[])[0], x, scale, offset, mean, inverse, y };
    const [dx, dScale, dOffset, dOther] = batchNormReluGradients(inputs);
    return { x: () => dx!, scale: () => dScale!, offset: () => dOffset!, other: () => dOther! };
  },
};

function batchNormReluGradients(inputs: Record<string, tf.Tensor | undefined>): tf.Tensor[] {
  return runKernel<tf.Tensor[]>(Kernel.batchNormReluGradient, inputs as tf.NamedTensorMap);
}

const batchNormInference: Gradient = {
  kernelName: Kernel.batchNormInference,
  inputsToSave: ["x", "mean", "variance", "scale"],
  gradFunc: (dy, saved, attrs) => {
    const [x, mean, variance, scale] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
    const inputs = { dy, x, mean, variance, scale };
    return batchNormInferenceGradients(inputs, attrs.epsilon as number);
  },
};

const batchNormInferenceRelu: Gradient = {
  kernelName: Kernel.batchNormInferenceRelu,
  inputsToSave: ["x", "mean", "variance", "scale"],
  outputsToSave: [true],
  gradFunc: (dy, saved, attrs) => {
    const y = saved[4] as tf.Tensor;
    const slope = runKernel<tf.Tensor>(Kernel.reluGradient, { dy, y });
    return batchNormInference.gradFunc(slope, saved.slice(0, 4), attrs);
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
  conv2dFused as tf.GradConfig,
  conv2dFusedAdd as tf.GradConfig,
  batchNorm,
  batchNormRelu,
  batchNormAddRelu,
  batchNormInference as tf.GradConfig,
  batchNormInferenceRelu as tf.GradConfig,
  maxPool2d as tf.GradConfig,
  maxPool2dWithWinner,
  avgPool2d as tf.GradConfig,
  softmaxCrossEntropy,
  broadcastTo as tf.GradConfig,
  reluGradient as tf.GradConfig,
  castPrecision as tf.GradConfig,
];
