/** @file Batch normalisation on wasm: sums in float32 registers over blocks of rows, in float64 over the blocks. */
import { type TensorInfo, util } from "@tensorflow/tfjs-core";
import { Kernel } from "../ops/kernels.ts";
import { type SimdCall, simdKernel } from "./simdKernel.ts";

const forward = simdKernel<{ epsilon: number }>(Kernel.batchNorm, (call) => {
  const { backend, simd, inputs, attrs, at } = call;
  const { x, scale, offset } = inputs as Record<"x" | "scale" | "offset", TensorInfo>;
  const { channel, rows } = sizes(x);
  const vector = () => backend.makeOutput([channel], "float32");
  const y = backend.makeOutput(x.shape, "float32");
  const [mean, variance, inverse] = [vector(), vector(), vector()] as const;
  withVectors(call, channel, 1, ([gain], totals) => {
    const read = (info: TensorInfo) => backend.typedArrayFromHeap(info);
    simd.channelSums(at(x), rows, channel, totals.at);
    const means = totals.read().map((sum) => sum / rows);
    read(mean).set(means);
    simd.centredProducts(at(x), at(mean), at(x), at(mean), rows, channel, totals.at);
    const squares = totals.read();
    read(variance).set(squares.map((square) => square / rows));
    const inverses = squares.map((square) => 1 / Math.sqrt(square / rows + attrs.epsilon));
    read(inverse).set(inverses);
    const scales = read(scale);
    read(gain!).set(inverses.map((inverse, c) => inverse * scales[c]!));
    simd.normalise(at(x), at(mean), at(gain!), at(offset), rows, channel, at(y));
  });
  return [y, mean, variance, inverse];
});

/** dx = gain · (dy − mean(dy) − x̂ · mean(dy · x̂)), with x̂ the normalised input and gain = scale / √(variance + epsilon). */
const gradient = simdKernel(Kernel.batchNormGradient, (call) => {
  const { backend, simd, inputs, at } = call;
  const { dy, x, scale, mean, reserve1: inverse } = inputs as Record<string, TensorInfo>;
  const { channel, rows } = sizes(x!);
  const dx = backend.makeOutput(x!.shape, "float32");
  const dScale = backend.makeOutput([channel], "float32");
  const dOffset = backend.makeOutput([channel], "float32");
  withVectors(call, channel, 4, ([zeros, gain, slope, start], totals) => {
    const read = (info: TensorInfo) => backend.typedArrayFromHeap(info);
    const inverses = Float64Array.from(read(inverse!));
    const scales = read(scale!);
    read(zeros!).fill(0);
    simd.channelSums(at(dy!), rows, channel, totals.at);
    const sum = totals.read();
    simd.centredProducts(at(dy!), at(zeros!), at(x!), at(mean!), rows, channel, totals.at);
    const dot = totals.read().map((value, c) => value * inverses[c]!);
    read(dOffset).set(sum);
    read(dScale).set(dot);
    const gains = inverses.map((value, c) => value * scales[c]!);
    read(gain!).set(gains);
    read(slope!).set(dot.map((value, c) => (-gains[c]! * value * inverses[c]!) / rows));
    read(start!).set(sum.map((value, c) => (-gains[c]! * value) / rows));
    const vectors = [at(mean!), at(gain!), at(slope!), at(start!)];
    simd.mix(at(dy!), at(x!), ...vectors, rows, channel, at(dx));
  });
  return [dx, dScale, dOffset];
});

function sizes(x: TensorInfo): { channel: number; rows: number } {
  const channel = x.shape.at(-1)!;
  return { channel, rows: util.sizeFromShape(x.shape) / channel };
}

/** Lends vectors of `channel` values, and float64 totals as long, to `use`. */
function withVectors(
  { backend, at }: SimdCall<unknown>,
  channel: number,
  count: number,
  use: (
    vectors: readonly TensorInfo[],
    totals: { readonly at: number; read(): Float64Array },
  ) => void,
): void {
  const vectors = Array.from({ length: count }, () => backend.makeOutput([channel], "float32"));
  const sums = backend.makeOutput([2 * channel], "float32"); // float64, twice as wide
  use(vectors, {
    at: at(sums),
    read: () => new Float64Array(backend.wasm.asm.memory.buffer, at(sums), channel).slice(),
  });
  for (const { dataId } of [...vectors, sums]) backend.disposeData(dataId);
}

export const simdBatchNormKernels = [forward, gradient];
