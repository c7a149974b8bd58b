/**
 * @file APR-S as a step of a tf.data pipeline.
 *
 *     node --import tsx examples/dataPipeline.ts        (in this repository: --conditions=@apr-kit/source, too)
 */
import { aprSingle, cropAndFlip, normalize, STATISTICS, toUnit } from "@apr-kit/apr-augment";
import type { PixelBatch } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import { generator } from "@tensorflow/tfjs-data";
import "@tensorflow/tfjs-backend-cpu";

interface Batch {
  readonly pixels: PixelBatch;
  readonly labels: Int32Array;
  /** Places of the images in the data set: they name the random numbers. */
  readonly samples: Int32Array;
}

const [IMAGES, BATCH, SIDE] = [20, 8, 16];
await tf.setBackend("cpu");

/** What a loader delivers; the last batch is smaller. */
async function* batches(): AsyncGenerator<Batch> {
  for (let start = 0; start < IMAGES; start += BATCH) {
    const samples = Int32Array.from(
      { length: Math.min(BATCH, IMAGES - start) },
      (_, i) => start + i,
    );
    const size = SIDE * SIDE * 3;
    const data = Uint8Array.from(
      { length: samples.length * size },
      (_, i) => ((start * size + i) * 7) % 256,
    );
    const pixels = { data, shape: [samples.length, SIDE, SIDE, 3] as const };
    yield { pixels, labels: samples.map((sample) => sample % 10), samples };
  }
}

/** The step: bytes in, normalised images out. The consumer disposes both tensors of an element. */
async function* augmented(source: AsyncIterable<Batch>, epoch: number) {
  for await (const { pixels, labels, samples } of source) {
    const key = { seed: 1, epoch, samples };
    const xs = tf.tidy(() =>
      normalize(toUnit(cropAndFlip(aprSingle(pixels, key), key)), STATISTICS.cifar10),
    );
    yield { xs, ys: tf.tensor1d(labels) };
  }
}

const dataset = generator(() => augmented(batches(), 0)).prefetch(2);

let seen = 0;
await dataset.forEachAsync(({ xs, ys }) => {
  seen += ys.shape[0];
  console.log(`batch of [${xs.shape.join(", ")}], mean ${tf.mean(xs).dataSync()[0]!.toFixed(2)}`);
  tf.dispose([xs, ys]);
});
console.log(`${seen} images`);
