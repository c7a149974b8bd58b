import { aprPair } from "@apr-kit/apr-augment";
import * as tf from "@tensorflow/tfjs-core";
import type { BenchResults } from "./bench.ts";
import { syntheticImages } from "./images.ts";
import { measure } from "./measure.ts";

/** APR-P of a device batch, result synchronised: 128 images of 32×32 and 32 of 224×224. */
export async function aprPairBench(): Promise<BenchResults> {
  const mix = (batch: number, side: number) => {
    const { data, shape } = syntheticImages(batch, side);
    const images = tf.div(tf.tensor4d(Float32Array.from(data), [...shape]), 255) as tf.Tensor4D;
    const samples = Int32Array.from({ length: batch }, (_, index) => index);
    return () =>
      tf.tidy(() =>
        tf.sum(aprPair(images, { seed: 1, epoch: 0, samples, probability: 1 }).mixed).dataSync(),
      );
  };
  return measure({ "128×32×32": mix(128, 32), "32×224×224": mix(32, 224) });
}
