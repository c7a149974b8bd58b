import { reshape, type Tensor, tensor1d } from "@tensorflow/tfjs-core";

/**
 * How often each frequency of a half spectrum occurs in the full one: 2, or 1 where a frequency is its
 * own mirror (0, and size/2 when `size` is even).
 *
 * @returns tensor of `rank` dimensions, all of side 1 but `axis`; the caller disposes it
 */
export function hermitianWeights(size: number, rank: number, axis: number): Tensor {
  const half = Math.floor(size / 2) + 1;
  const weights = Float32Array.from({ length: half }, (_, k) =>
    k === 0 || 2 * k === size ? 1 : 2,
  );
  const shape = Array.from({ length: rank }, (_, at) => (at === axis ? half : 1));
  return reshape(tensor1d(weights), shape);
}
