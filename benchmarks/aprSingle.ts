import { aprSingle } from "@apr-kit/apr-augment";
import * as tf from "@tensorflow/tfjs-core";
import type { BenchResults } from "./bench.ts";
import { syntheticImages } from "./images.ts";
import { measure } from "./measure.ts";

/** APR-S from host bytes to device images, result synchronised; epochs differ, so that draws do. */
export async function aprSingleBench(): Promise<BenchResults> {
  const augment = (batch: number, side: number) => {
    const pixels = syntheticImages(batch, side);
    const samples = Int32Array.from({ length: batch }, (_, index) => index);
    let epoch = 0;
    return () =>
      tf.tidy(() => tf.sum(aprSingle(pixels, { seed: 1, epoch: epoch++, samples })).dataSync());
  };
  return measure({ "128×32×32": augment(128, 32), "32×224×224": augment(32, 224) });
}
