import type { OpAttr, TensorFlowBackend } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import { constant } from "../../ops/constant.ts";
import { Kernel, type PoolAttrs, type Shape4 } from "../../ops/kernels.ts";
import { ints, string, type TensorFlowKernel } from "./kernel.ts";

const maxPool: TensorFlowKernel = {
  kernelName: Kernel.maxPool2d,
  kernelFunc: ({ inputs, attrs, backend }) =>
    (backend as TensorFlowBackend).executeSingleOutput(
      "MaxPool",
      maxPoolAttrs(attrs as unknown as PoolAttrs),
      [inputs.x!],
    ),
};

const maxPoolGradient: TensorFlowKernel = {
  kernelName: Kernel.maxPool2dGradient,
  kernelFunc: ({ inputs, attrs, backend }) =>
    (backend as TensorFlowBackend).executeSingleOutput(
      "MaxPoolGrad",
      maxPoolAttrs(attrs as unknown as PoolAttrs),
      [inputs.x!, inputs.y!, inputs.dy!],
    ),
};

const maxPoolWithWinner: TensorFlowKernel = {
  kernelName: Kernel.maxPool2dWithWinner,
  kernelFunc: ({ inputs, attrs, backend }) =>
    (backend as TensorFlowBackend).executeMultipleOutputs(
      "AprMaxPool",
      walkAttrs(attrs as unknown as PoolAttrs),
      [inputs.x!],
      2,
    ),
};

const maxPoolWinnerGradient: TensorFlowKernel = {
  kernelName: Kernel.maxPool2dWinnerGradient,
  kernelFunc: ({ inputs, attrs, backend }) => {
    const { inputShape, ...walk } = attrs as unknown as PoolAttrs & { inputShape: Shape4 };
    return (backend as TensorFlowBackend).executeSingleOutput(
      "AprMaxPoolGradient",
      [...walkAttrs(walk), ints("input_shape", inputShape)],
      [inputs.dy!, inputs.winner!],
    );
  },
};

const avgPool: TensorFlowKernel = {
  kernelName: Kernel.avgPool2d,
  kernelFunc: ({ inputs, attrs, backend }) => {
    const walk = attrs as unknown as PoolAttrs;
    const tensorFlow = backend as TensorFlowBackend;
    return tf.tidy(() => {
      const x = inputs.x as tf.Tensor;
      return tensorFlow.executeSingleOutput("AvgPool", validAttrs(walk), [
        walk.padding === 0 ? x : tensorFlow.executeSingleOutput("Pad", [], [x, sides(walk)]),
      ]);
    });
  },
};

const avgPoolGradient: TensorFlowKernel = {
  kernelName: Kernel.avgPool2dGradient,
  kernelFunc: ({ inputs, attrs, backend }) => {
    const { inputShape, ...walk } = attrs as unknown as PoolAttrs & { inputShape: Shape4 };
    const [batch, height, width, channel] = inputShape;
    const { padding } = walk;
    const tensorFlow = backend as TensorFlowBackend;
    return tf.tidy(() => {
      const shape = constant([batch, height + 2 * padding, width + 2 * padding, channel], "int32");
      const dx = tensorFlow.executeSingleOutput("AvgPoolGrad", validAttrs(walk), [
        shape,
        inputs.dy!,
      ]);
      if (padding === 0) return dx;
      const begin = constant([0, padding, padding, 0], "int32");
      return tensorFlow.executeSingleOutput(
        "Slice",
        [],
        [dx, begin, constant(inputShape, "int32")],
      );
    });
  },
};

function maxPoolAttrs({ size, stride, padding }: PoolAttrs): OpAttr[] {
  if (padding === 0) return validAttrs({ size, stride, padding });
  return [
    ...windowAttrs(size, stride),
    string("padding", "EXPLICIT"),
    ints("explicit_paddings", [0, 0, padding, padding, padding, padding, 0, 0]),
  ];
}

function walkAttrs({ size, stride, padding }: PoolAttrs): OpAttr[] {
  return [ints("size", size), ints("stride", stride), ints("padding", padding)];
}

function validAttrs({ size, stride }: PoolAttrs): OpAttr[] {
  return [...windowAttrs(size, stride), string("padding", "VALID")];
}

function windowAttrs(size: number, stride: number): OpAttr[] {
  return [ints("ksize", [1, size, size, 1]), ints("strides", [1, stride, stride, 1])];
}

function sides({ padding }: PoolAttrs): tf.Tensor {
  return constant([0, 0, padding, padding, padding, padding, 0, 0], "int32", [4, 2]);
}

export const poolKernels = [
  maxPool,
  maxPoolGradient,
  maxPoolWithWinner,
  maxPoolWinnerGradient,
  avgPool,
  avgPoolGradient,
];
