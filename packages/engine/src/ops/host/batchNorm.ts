/** @file Batch normalisation on cpu and wasm: sums in float64, two passes for the variance. */
import * as tf from "@tensorflow/tfjs-core";
import { Kernel } from "../kernels.ts";
import { allocate, type HostBackend, type HostKernel, views } from "./memory.ts";

const forward: HostKernel = {
  kernelName: Kernel.batchNorm,
  kernelFunc: (args) => {
    const backend = args.backend as HostBackend;
    const { x, scale, offset } = args.inputs as Record<"x" | "scale" | "offset", tf.TensorInfo>;
    const { epsilon } = args.attrs as { epsilon: number };
    const channel = scale.shape[0] as number;
    const y = allocate(backend, x.shape);
    const mean = allocate(backend, [channel]);
    const variance = allocate(backend, [channel]);
    const inverse = allocate(backend, [channel]); // 1 / √(variance + epsilon)
    const [xs, ys, scales, offsets, means, variances, inverses] = views(
      backend,
      x,
      y,
      scale,
      offset,
      mean,
      variance,
      inverse,
    );
    const count = xs.length / channel;
    const average = channelSums(xs, channel).map((sum) => sum / count);
    const square = channelMoments(xs, xs, average);
    means.set(average);
    for (let c = 0; c < channel; c++) {
      variances[c] = square[c]! / count;
      inverses[c] = 1 / Math.sqrt(square[c]! / count + epsilon);
    }
    const gain = Float64Array.from(inverses, (inverse, c) => inverse * scales[c]!);
    const start = gain.map((slope, c) => offsets[c]! - average[c]! * slope);
    for (let row = 0; row < xs.length; row += channel) {
      for (let c = 0; c < channel; c++) ys[row + c] = xs[row + c]! * gain[c]! + start[c]!;
    }
    return [y, mean, variance, inverse];
  },
};

/** dx = gain · (dy − mean(dy) − x̂ · mean(dy · x̂)), with x̂ the normalised input and gain = scale / √(variance + epsilon). */
const gradient: HostKernel = {
  kernelName: Kernel.batchNormGradient,
  kernelFunc: (args) => {
    const { dy, x, scale, mean, reserve1 } = args.inputs as Record<string, tf.TensorInfo>;
    const backend = args.backend as HostBackend;
    const [inverses] = views(backend, reserve1!);
    return backward(backend, { dy: dy!, x: x!, scale: scale!, mean: mean! }, true, () =>
      Float64Array.from(inverses),
    );
  },
};

const inference: HostKernel = {
  kernelName: Kernel.batchNormInference,
  kernelFunc: ({ inputs, attrs }) => {
    const { x, mean, variance, scale, offset } = inputs as Record<string, tf.Tensor>;
    const { epsilon } = attrs as { epsilon: number };
    return tf.batchNorm(
      x as tf.Tensor4D,
      mean as tf.Tensor1D,
      variance as tf.Tensor1D,
      offset as tf.Tensor1D,
      scale as tf.Tensor1D,
      epsilon,
    );
  },
};

const inferenceGradient: HostKernel = {
  kernelName: Kernel.batchNormInferenceGradient,
  kernelFunc: (args) => {
    const { dy, x, scale, mean, variance } = args.inputs as Record<string, tf.TensorInfo>;
    const { epsilon } = args.attrs as { epsilon: number };
    const backend = args.backend as HostBackend;
    return backward(backend, { dy: dy!, x: x!, scale: scale!, mean: mean! }, false, () =>
      Float64Array.from(views(backend, variance!)[0], (value) => 1 / Math.sqrt(value + epsilon)),
    );
  },
};

/** Gradients of x, scale and offset; `throughStatistics` when mean and variance were the batch's own. */
function backward(
  backend: HostBackend,
  { dy, x, scale, mean }: Record<"dy" | "x" | "scale" | "mean", tf.TensorInfo>,
  throughStatistics: boolean,
  readInverse: () => Float64Array,
): tf.TensorInfo[] {
  const channel = scale.shape[0] as number;
  const dx = allocate(backend, x.shape);
  const dScale = allocate(backend, [channel]);
  const dOffset = allocate(backend, [channel]);
  const inverses = readInverse();
  const [xs, dys, dxs, scales, means, dScales, dOffsets] = views(
    backend,
    x,
    dy,
    dx,
    scale,
    mean,
    dScale,
    dOffset,
  );
  const sum = channelSums(dys, channel);
  const dot = channelMoments(dys, xs, Float64Array.from(means));
  dOffsets.set(sum);
  dScales.set(dot.map((value, c) => value * inverses[c]!));
  const share = throughStatistics ? channel / xs.length : 0;
  const gain = inverses.map((inverse, c) => inverse * scales[c]!);
  // dx = gain · dy + slope · x + start, with everything that does not depend on the pixel worked out first
  const slope = dot.map((value, c) => -gain[c]! * value * inverses[c]! ** 2 * share);
  const start = sum.map((value, c) => -gain[c]! * value * share - slope[c]! * means[c]!);
  for (let row = 0; row < xs.length; row += channel) {
    for (let c = 0; c < channel; c++) {
      dxs[row + c] = gain[c]! * dys[row + c]! + slope[c]! * xs[row + c]! + start[c]!;
    }
  }
  return [dx, dScale, dOffset];
}

function channelSums(values: Float32Array, channel: number): Float64Array {
  const sums = new Float64Array(channel);
  for (let row = 0; row < values.length; row += channel) {
    for (let c = 0; c < channel; c++) sums[c]! += values[row + c]!;
  }
  return sums;
}

/** Σ values · (others − centre), per channel; of the same values about their mean, that is the sum of squares. */
function channelMoments(
  values: Float32Array,
  others: Float32Array,
  centre: Float64Array,
): Float64Array {
  const channel = centre.length;
  const sums = new Float64Array(channel);
  for (let row = 0; row < values.length; row += channel) {
    for (let c = 0; c < channel; c++) {
      sums[c]! += values[row + c]! * (others[row + c]! - centre[c]!);
    }
  }
  return sums;
}

export const batchNormKernels = [forward, gradient, inference, inferenceGradient];
