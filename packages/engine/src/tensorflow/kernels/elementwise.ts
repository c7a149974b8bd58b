import type { TensorFlowBackend } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import { constant } from "../../ops/constant.ts";
import { Kernel, type SgdAttrs } from "../../ops/kernels.ts";
import { float, ints, type TensorFlowKernel } from "./kernel.ts";

const reluGradient: TensorFlowKernel = {
  kernelName: Kernel.reluGradient,
  kernelFunc: ({ inputs, backend }) =>
    (backend as TensorFlowBackend).executeSingleOutput("ReluGrad", [], [inputs.dy!, inputs.y!]),
};

const broadcastTo: TensorFlowKernel = {
  kernelName: Kernel.broadcastTo,
  kernelFunc: ({ inputs, attrs, backend }) => {
    const shape = constant((attrs as { shape: number[] }).shape, "int32");
    return (backend as TensorFlowBackend).executeSingleOutput(
      "BroadcastTo",
      [],
      [inputs.x!, shape],
    );
  },
};

const sgdNesterov: TensorFlowKernel = {
  kernelName: Kernel.sgdNesterov,
  kernelFunc: ({ inputs, attrs, backend }) => {
    const { weight, gradient, velocity, learningRate } = inputs as Record<string, tf.Tensor>;
    const { momentum, weightDecay, learningRate: rate } = attrs as unknown as SgdAttrs;
    const tensorFlow = backend as TensorFlowBackend;
    const binary = (op: string) => (a: tf.Tensor, b: tf.Tensor) =>
      tensorFlow.executeSingleOutput(op, [], [a, b]);
    const [add, sub, mul] = [binary("AddV2"), binary("Sub"), binary("Mul")];
    return tf.tidy(() => {
      const slope = add(gradient!, mul(weight!, constant(weightDecay)));
      const speed = add(mul(velocity!, constant(momentum)), slope);
      const step = add(slope, mul(speed, constant(momentum)));
      return [sub(weight!, mul(step, learningRate ?? current(tensorFlow, rate))), speed];
    });
  },
};

/** Inputs stand in the order weights, gradients, velocities, and the learning rate if it is a tensor. */
const sgdNesterovAll: TensorFlowKernel = {
  kernelName: Kernel.sgdNesterovAll,
  kernelFunc: ({ inputs, attrs, backend }) => {
    const tensors = Object.values(inputs) as tf.Tensor[];
    const { learningRate, momentum, weightDecay } = attrs as unknown as SgdAttrs;
    const tensorFlow = backend as TensorFlowBackend;
    const count = Math.floor(tensors.length / 3);
    const rate = tensors[3 * count] ?? current(tensorFlow, learningRate);
    return tensorFlow.executeMultipleOutputs(
      "AprSgdNesterov",
      [ints("N", count), float("momentum", momentum), float("weight_decay", weightDecay)],
      [...tensors.slice(0, 3 * count), rate],
      2 * count,
    );
  },
};

/** Inputs stand in the order averages, values. */
const movingAverage: TensorFlowKernel = {
  kernelName: Kernel.movingAverage,
  kernelFunc: ({ inputs, attrs, backend }) => {
    const tensors = Object.values(inputs) as tf.Tensor[];
    const { rate } = attrs as { rate: number };
    const count = tensors.length / 2;
    return (backend as TensorFlowBackend).executeMultipleOutputs(
      "AprMovingAverage",
      [ints("N", count), float("rate", rate)],
      tensors,
      count,
    );
  },
};

const learningRates = new WeakMap<TensorFlowBackend, { rate: number; tensor: tf.Tensor }>();

/** The learning rate as a tensor: one upload serves all parameters of a step, and the one before is disposed. */
function current(backend: TensorFlowBackend, rate: number): tf.Tensor {
  const known = learningRates.get(backend);
  if (known?.rate === rate && !known.tensor.isDisposed) return known.tensor;
  known?.tensor.dispose();
  const tensor = tf.keep(tf.scalar(rate));
  learningRates.set(backend, { rate, tensor });
  return tensor;
}

export const elementwiseKernels = [
  reluGradient,
  broadcastTo,
  sgdNesterov,
  sgdNesterovAll,
  movingAverage,
];
