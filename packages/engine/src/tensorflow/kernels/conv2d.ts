/**
 * @file Convolution on TensorFlow. Which of its padding modes is used is a matter of speed only: on a CPU, "SAME" and
 * "VALID" reach oneDNN, while "EXPLICIT" falls to kernels that take 2 times as long backward (bfloat16: 50 times), so
 * there the padding that "SAME" cannot express is added by an operation of its own. On a GPU cuDNN pads by itself.
 *
 * The filter gradient of bfloat16 maps is float32: it is a sum over the batch, which bfloat16 would round to 8 bits just
 * before the optimizer wants float32 again.
 */
import type { OpAttr, TensorFlowBackend } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import { constant } from "../../ops/constant.ts";
import {
  type ConvAttrs,
  type FusedConvAttrs,
  Kernel,
  type Shape4,
  windowCount,
} from "../../ops/kernels.ts";
import { precisionOf } from "../../ops/precision.ts";
import type { NodeTensorFlowBackend } from "../tensorFlowBackend.ts";
import { fusedConvolution } from "./fusedConvolution.ts";
import {
  bool,
  hasBfloat16Units,
  hasTiles,
  ints,
  isOnGpu,
  string,
  type TensorFlowKernel,
} from "./kernel.ts";
import { cast } from "./precision.ts";

/** How one convolution is to be padded: by TensorFlow's mode, or beforehand and then "VALID". */
interface Plan {
  readonly attrs: readonly OpAttr[];
  /** Zeros that an operation of its own adds on each side. */
  readonly before: number;
}

const conv2d: TensorFlowKernel = {
  kernelName: Kernel.conv2d,
  kernelFunc: ({ inputs, attrs, backend }) => {
    const { x, filter } = inputs as Record<"x" | "filter", tf.Tensor4D>;
    const tensorFlow = backend as TensorFlowBackend;
    const walk = attrs as unknown as ConvAttrs;
    if (
      hasFewResults(x.shape, filter.shape, walk) &&
      fitsTiles(tensorFlow, x, filter.shape, walk)
    ) {
      return tensorFlow.executeSingleOutput("AprConvolution", walkAttrs(filter.shape, walk), [
        x,
        filter,
      ]);
    }
    const plan = planPadding(tensorFlow, x.shape, filter.shape, walk);
    return tf.tidy(() =>
      tensorFlow.executeSingleOutput("Conv2D", plan.attrs, [padded(tensorFlow, x, plan), filter]),
    );
  },
};

const fused: TensorFlowKernel = {
  kernelName: Kernel.conv2dFused,
  kernelFunc: ({ inputs, attrs, backend }) => {
    const { x, filter, bias, other } = inputs as Record<"x" | "filter", tf.Tensor4D> &
      Record<string, tf.Tensor>;
    const { relu, ...walk } = attrs as unknown as FusedConvAttrs;
    const tensorFlow = backend as NodeTensorFlowBackend;
    const others = other === undefined ? [] : [other];
    if (
      hasFewResults(x.shape, filter.shape, walk) &&
      fitsTiles(tensorFlow, x, filter.shape, walk)
    ) {
      return tensorFlow.executeSingleOutput(
        "AprConvolution",
        [
          ...walkAttrs(filter.shape, walk),
          bool("relu", relu),
          ints("biases", 1),
          ints("others", others.length),
        ],
        [x, filter, bias!, ...others],
      );
    }
    const plan = planPadding(tensorFlow, x.shape, filter.shape, walk);
    return tf.tidy(() => {
      const isShort = precisionOf(x) === "bfloat16";
      const shift = isShort ? cast(tensorFlow, bias!, "bfloat16") : bias!;
      const tensors = [padded(tensorFlow, x, plan), filter, shift, ...others];
      return fusedConvolution(tensorFlow, tensors, { attrs: plan.attrs, relu });
    });
  },
};

const fusedAdd: TensorFlowKernel = { ...fused, kernelName: Kernel.conv2dFusedAdd };

const inputGradient: TensorFlowKernel = {
  kernelName: Kernel.conv2dInputGradient,
  kernelFunc: ({ inputs, attrs, backend }) => {
    const { dy, filter } = inputs as Record<"dy" | "filter", tf.Tensor4D>;
    const { inputShape, ...walk } = attrs as unknown as ConvAttrs & { inputShape: Shape4 };
    const tensorFlow = backend as TensorFlowBackend;
    const isQuick = walk.stride > 1 || inputShape[1] * inputShape[2] <= FEW_PIXELS;
    if (isQuick && fitsTiles(tensorFlow, dy, filter.shape, walk)) {
      return tensorFlow.executeSingleOutput(
        "AprConvolutionInputGradient",
        [...walkAttrs(filter.shape, walk), ints("input_shape", inputShape)],
        [dy, filter],
      );
    }
    const plan = planPadding(tensorFlow, inputShape, filter.shape, walk);
    const [batch, height, width, channel] = inputShape;
    const { before } = plan;
    const shape = [batch, height + 2 * before, width + 2 * before, channel];
    return tf.tidy(() => {
      const sizes = constant(shape, "int32");
      const dx = tensorFlow.executeSingleOutput("Conv2DBackpropInput", plan.attrs, [
        sizes,
        filter,
        dy,
      ]);
      if (before === 0) return dx;
      const begin = constant([0, before, before, 0], "int32");
      return tensorFlow.executeSingleOutput(
        "Slice",
        [],
        [dx, begin, constant(inputShape, "int32")],
      );
    });
  },
};

const filterGradient: TensorFlowKernel = {
  kernelName: Kernel.conv2dFilterGradient,
  kernelFunc: ({ inputs, attrs, backend }) => {
    const { x, dy } = inputs as Record<"x" | "dy", tf.Tensor4D>;
    const { filterShape, ...walk } = attrs as unknown as ConvAttrs & { filterShape: Shape4 };
    const tensorFlow = backend as TensorFlowBackend;
    const isShort = precisionOf(x) === "bfloat16";
    const [size, width, , out] = filterShape;
    const isOurs = walk.groups === 1 && size === width && out % 16 === 0;
    if (isShort && isOurs && hasBfloat16Units(tensorFlow)) {
      const attrs = walkAttrs(filterShape, walk);
      return tensorFlow.executeSingleOutput("AprFilterGradient", attrs, [x, dy]);
    }
    const plan = planPadding(tensorFlow, x.shape, filterShape, walk);
    return tf.tidy(() => {
      const gradient = tensorFlow.executeSingleOutput("Conv2DBackpropFilter", plan.attrs, [
        padded(tensorFlow, x, plan),
        constant(filterShape, "int32"),
        dy,
      ]);
      return isShort ? cast(tensorFlow, gradient, "float32") : gradient;
    });
  },
};

/** Up to this many pixels our convolutions are the quicker ones: they pass over the padding, oneDNN's do not. */
const FEW_PIXELS = 64;

function hasFewResults(
  [, height, width]: Shape4,
  [filterHeight, filterWidth]: Shape4,
  walk: ConvAttrs,
): boolean {
  const rows = windowCount(height, { ...walk, size: filterHeight });
  return rows * windowCount(width, { ...walk, size: filterWidth }) <= FEW_PIXELS;
}

/** Whether AMX tiles, of 16 images and 32 channels, would be filled by these maps and those of the result. */
function fitsTiles(
  backend: TensorFlowBackend,
  maps: tf.Tensor4D,
  [height, width, , out]: Shape4,
  { groups }: ConvAttrs,
): boolean {
  const [batch, , , channels] = maps.shape;
  const isFull = batch >= 16 && channels >= 16 && out >= 16;
  const isShort = precisionOf(maps) === "bfloat16";
  return isFull && isShort && groups === 1 && height === width && hasTiles(backend);
}

function walkAttrs([size]: Shape4, { stride, padding }: ConvAttrs): OpAttr[] {
  return [ints("size", size), ints("stride", stride), ints("padding", padding)];
}

function planPadding(
  backend: TensorFlowBackend,
  [, height, width]: Shape4,
  [filterHeight, filterWidth]: Shape4,
  { stride, padding }: ConvAttrs,
): Plan {
  const strides = ints("strides", [1, stride, stride, 1]);
  if (padding === 0) return { attrs: [strides, string("padding", "VALID")], before: 0 };
  const isSame = [
    [height, filterHeight],
    [width, filterWidth],
  ].every(([length, size]) => padsEqually(length!, { size: size!, stride, padding }));
  if (isSame) return { attrs: [strides, string("padding", "SAME")], before: 0 };
  if (!isOnGpu(backend)) {
    return { attrs: [strides, string("padding", "VALID")], before: padding };
  }
  const sides = ints("explicit_paddings", [0, 0, padding, padding, padding, padding, 0, 0]);
  return { attrs: [strides, string("padding", "EXPLICIT"), sides], before: 0 };
}

/** Whether "SAME" adds exactly `padding` on both sides: its total makes ⌈length / stride⌉ windows fit. */
function padsEqually(
  length: number,
  { size, stride, padding }: { size: number; stride: number; padding: number },
): boolean {
  const windows = Math.ceil(length / stride);
  const total = Math.max(0, (windows - 1) * stride + size - length);
  return total === 2 * padding && windows === windowCount(length, { size, stride, padding });
}

function padded(backend: TensorFlowBackend, x: tf.Tensor4D, { before }: Plan): tf.Tensor {
  if (before === 0) return x;
  const sides = [0, 0, before, before, before, before, 0, 0];
  return backend.executeSingleOutput("Pad", [], [x, constant(sides, "int32", [4, 2])]);
}

export const convolutionKernels = [conv2d, fused, fusedAdd, inputGradient, filterGradient];
