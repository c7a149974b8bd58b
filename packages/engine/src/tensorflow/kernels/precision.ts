/**
 * @file Conversion between float32 and bfloat16, and the stock kernels that a residual network needs in bfloat16.
 * The stock ones name their element type after the tfjs dtype, which says "float32" of bfloat16 too; these let
 * TensorFlow infer it, and are the same in every other way.
 */
import { AttrType, DataType, type TensorFlowBackend } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import { Kernel } from "../../ops/kernels.ts";
import type { Precision } from "../../ops/precision.ts";
import type { TensorFlowKernel } from "./kernel.ts";

const castPrecision: TensorFlowKernel = {
  kernelName: Kernel.castPrecision,
  kernelFunc: ({ inputs, attrs, backend }) => {
    const { to } = attrs as unknown as { to: Precision };
    return cast(backend as TensorFlowBackend, inputs.x as tf.TensorInfo, to);
  },
};

/** The same values in `to`; those that are in it already are not copied. */
export function cast(backend: TensorFlowBackend, x: tf.TensorInfo, to: Precision): tf.Tensor {
  const target = { name: "DstT", type: AttrType.type, value: DataType[to] };
  return backend.executeSingleOutput("Cast", [target], [x]);
}

const relu: TensorFlowKernel = {
  kernelName: tf.Relu,
  kernelFunc: ({ inputs, backend }) =>
    (backend as TensorFlowBackend).executeSingleOutput("Relu", [], [inputs.x!]),
};

const add: TensorFlowKernel = {
  kernelName: tf.Add,
  kernelFunc: ({ inputs, backend }) =>
    (backend as TensorFlowBackend).executeSingleOutput("AddV2", [], [inputs.a!, inputs.b!]),
};

export const precisionKernels = [castPrecision, relu, add];
