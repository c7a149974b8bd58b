/** @file Batch normalisation on cpu and wasm: sums in float64, two passes for the variance. */
import type { TensorInfo } from "@tensorflow/tfjs-core";
import { Kernel } from "../kernels.ts";
import { allocate, type HostBackend, type HostKernel, views } from "./memory.ts";

const forward: HostKernel = {
  kernelName: Kernel.batchNorm,
  kernelFunc: (args) => {
    const backend = args.backend as HostBackend;
    const { x, scale, offset } = args.inputs as Record<"x" | "scale" | "offset", TensorInfo>;
    const { epsilon } = args.attrs as { epsilon: number };
    const channel = scale.shape[0] as number;
    const y = allocate(backend, x.shape);
    const mean = allocate(backend, [channel]);
    const variance = allocate(backend, [channel]);
    const keptMean = allocate(backend, [channel]);
    const keptInverse = allocate(backend, [channel]); // 1 / √(variance + epsilon)
    const unused = allocate(backend, [0]);
    const outputs = [y, mean, variance, keptMean, keptInverse, unused];
    const [xs, ys, scales, offsets, means, variances, kept, inverses] = views(
      backend,
      x,
      y,
      scale,
      offset,
      mean,
      variance,
      keptMean,
      keptInverse,
    );
    const count = xs.length / channel;
    const average = perChannelSum(xs, channel, (value) => value).map((sum) => sum / count);
    const square = perChannelSum(xs, channel, (value, c) => (value - average[c]!) ** 2);
    means.set(average);
    kept.set(average);
    for (let c = 0; c < channel; c++) {
      variances[c] = square[c]! / count;
      inverses[c] = 1 / Math.sqrt(square[c]! / count + epsilon);
    }
    const gain = inverses.map((inverse, c) => inverse * scales[c]!);
    for (let i = 0, c = 0; i < xs.length; i++) {
      ys[i] = (xs[i]! - average[c]!) * gain[c]! + offsets[c]!;
      if (++c === channel) c = 0;
    }
    return outputs;
  },
};

/** dx = gain · (dy − mean(dy) − x̂ · mean(dy · x̂)), with x̂ the normalised input and gain = scale / √(variance + epsilon). */
const gradient: HostKernel = {
  kernelName: Kernel.batchNormGradient,
  kernelFunc: (args) => {
    const { dy, x, scale, reserve1, reserve2 } = args.inputs as Record<string, TensorInfo>;
    const backend = args.backend as HostBackend;
    const [inverses] = views(backend, reserve2!);
    return backward(backend, { dy: dy!, x: x!, scale: scale!, mean: reserve1! }, true, () =>
      Float64Array.from(inverses),
    );
  },
};

const inferenceGradient: HostKernel = {
  kernelName: Kernel.batchNormInferenceGradient,
  kernelFunc: (args) => {
    const { dy, x, scale, mean, variance } = args.inputs as Record<string, TensorInfo>;
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
  { dy, x, scale, mean }: Record<"dy" | "x" | "scale" | "mean", TensorInfo>,
  throughStatistics: boolean,
  readInverse: () => Float64Array,
): TensorInfo[] {
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
  const sum = perChannelSum(dys, channel, (value) => value);
  const dot = perChannelSum(dys, channel, (value, c, i) => value * (xs[i]! - means[c]!));
  dOffsets.set(sum);
  dScales.set(dot.map((value, c) => value * inverses[c]!));
  const share = throughStatistics ? channel / xs.length : 0;
  const gain = inverses.map((inverse, c) => inverse * scales[c]!);
  const slope = dot.map((value, c) => value * inverses[c]! ** 2 * share);
  const shift = sum.map((value) => value * share);
  for (let i = 0, c = 0; i < xs.length; i++) {
    dxs[i] = gain[c]! * (dys[i]! - shift[c]! - (xs[i]! - means[c]!) * slope[c]!);
    if (++c === channel) c = 0;
  }
  return [dx, dScale, dOffset];
}

function perChannelSum(
  values: Float32Array,
  channel: number,
  term: (value: number, channel: number, index: number) => number,
): Float64Array {
  const sums = new Float64Array(channel);
  for (let i = 0, c = 0; i < values.length; i++) {
    sums[c]! += term(values[i]!, c, i);
    if (++c === channel) c = 0;
  }
  return sums;
}

export const batchNormKernels = [forward, gradient, inferenceGradient];
