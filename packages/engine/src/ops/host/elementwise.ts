/** @file The small kernels on cpu and wasm: ReLU's gradient, broadcasting, one optimizer step. */
import type { TensorInfo } from "@tensorflow/tfjs-core";
import { Kernel, type SgdAttrs } from "../kernels.ts";
import { allocate, type HostBackend, type HostKernel, views } from "./memory.ts";

const reluGradient: HostKernel = {
  kernelName: Kernel.reluGradient,
  kernelFunc: (args) => {
    const { dy, y } = args.inputs as Record<"dy" | "y", TensorInfo>;
    const backend = args.backend as HostBackend;
    const dx = allocate(backend, dy.shape);
    const [dys, ys, dxs] = views(backend, dy, y, dx);
    // A product instead of a branch, which would be mispredicted every other time: twice as fast.
    for (let i = 0; i < dxs.length; i++) dxs[i] = dys[i]! * Number(ys[i]! > 0);
    return dx;
  },
};

const broadcastTo: HostKernel = {
  kernelName: Kernel.broadcastTo,
  kernelFunc: (args) => {
    const x = args.inputs.x as TensorInfo;
    const backend = args.backend as HostBackend;
    const { shape } = args.attrs as { shape: number[] };
    const out = allocate(backend, shape);
    const [xs, outs] = views(backend, x, out);
    let values = xs;
    let inner = 1;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const times = shape[axis]! / x.shape[axis]!;
      if (times !== 1) values = repeatBlocks(values, inner, times);
      inner *= shape[axis]!;
    }
    outs.set(values);
    return out;
  },
};

/** Writes each block of `length` values `times` times in a row. */
function repeatBlocks(values: Float32Array, length: number, times: number): Float32Array {
  const out = new Float32Array(values.length * times);
  for (let from = 0, to = 0; from < values.length; from += length) {
    const block = values.subarray(from, from + length);
    if (length === 1) out.fill(block[0]!, to, to + times);
    else for (let k = 0; k < times; k++) out.set(block, to + k * length);
    to += length * times;
  }
  return out;
}

const sgdNesterov: HostKernel = {
  kernelName: Kernel.sgdNesterov,
  kernelFunc: (args) => {
    const { weight, gradient, velocity } = args.inputs as Record<string, TensorInfo>;
    const { learningRate, momentum, weightDecay } = args.attrs as unknown as SgdAttrs;
    const backend = args.backend as HostBackend;
    const newWeight = allocate(backend, weight!.shape);
    const newVelocity = allocate(backend, weight!.shape);
    const [weights, gradients, velocities, nextWeights, nextVelocities] = views(
      backend,
      weight!,
      gradient!,
      velocity!,
      newWeight,
      newVelocity,
    );
    for (let i = 0; i < weights.length; i++) {
      const slope = gradients[i]! + weightDecay * weights[i]!;
      const speed = momentum * velocities[i]! + slope;
      nextVelocities[i] = speed;
      nextWeights[i] = weights[i]! - learningRate * (slope + momentum * speed);
    }
    return [newWeight, newVelocity];
  },
};

export const elementwiseKernels = [reluGradient, broadcastTo, sgdNesterov];
