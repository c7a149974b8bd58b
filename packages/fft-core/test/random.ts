import { createRng } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import type { ComplexPair } from "../src/index.ts";

/** Standard normal numbers, rounded to float32, the same for the same seed. */
export function randomNumbers(count: number, seed: number): Float32Array {
  const rng = createRng({ seed, purpose: "fft-core.test" });
  return Float32Array.from({ length: count }, () => rng.normal());
}

export type Shape4 = [batch: number, height: number, width: number, channel: number];

export function randomImages(shape: Shape4, seed: number): tf.Tensor4D {
  return tf.tensor4d(randomNumbers(tf.util.sizeFromShape(shape), seed), shape);
}

export function randomPair(shape: Shape4, seed: number): ComplexPair {
  return { re: randomImages(shape, seed), im: randomImages(shape, seed + 1000) };
}
