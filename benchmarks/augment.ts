import { aprPair, aprSingle, augMix, cropAndFlip } from "@apr-kit/apr-augment";
import type { ByteImages } from "@apr-kit/contracts";
import { engineInfo } from "@apr-kit/engine";
import * as tf from "@tensorflow/tfjs-core";
import { awaitDevice } from "./awaitDevice.ts";
import type { BenchResults, ComparedTimings } from "./bench.ts";
import { syntheticImages } from "./images.ts";
import { measure } from "./measure.ts";
import { type Peer, startPeer } from "./startPeer.ts";

const SIZES = [
  [128, 32],
  [32, 224],
] as const;

/**
 * APR-P of images on the device, APR-S and AugMix from bytes in memory, crop and flip; result synchronised, draws new
 * every time.
 *
 * Peers: the official definitions in PyTorch and in NumPy with Pillow, and APR-P tuned; `ratio` is our processor time
 * to theirs (the candidate that follows).
 */
export async function augmentBench(): Promise<BenchResults> {
  const peer = await startPeer("augment.py", [`${engineInfo()?.threads ?? 1}`]);
  const results: Record<string, ComparedTimings[string]> = {};
  for (const [batch, side] of SIZES) {
    Object.assign(results, await compared(batch, side, peer));
  }
  peer?.stop();
  return results;
}

async function compared(batch: number, side: number, peer: Peer | undefined) {
  const size = `${batch}×${side}×${side}`;
  const pixels = syntheticImages(batch, side);
  const bytes = tf.tensor4d(Float32Array.from(pixels.data), [...pixels.shape]) as ByteImages;
  const images = tf.div(bytes, 255) as tf.Tensor4D;
  const samples = Int32Array.from({ length: batch }, (_, index) => index);
  let epoch = 0;
  const key = () => ({ seed: 1, epoch: epoch++, samples });
  const run = (work: () => tf.Tensor4D) => () => tf.tidy(() => awaitDevice(work()));
  const ours = {
    [`APR-P ${size}`]: run(() => aprPair(images, { ...key(), probability: 1 }).mixed),
    [`APR-S ${size}`]: run(() => aprSingle(pixels, key())),
    [`APR-S of a tensor ${size}`]: run(() => aprSingle(bytes, key())),
    [`AugMix ${size}`]: run(() => augMix(pixels, key())),
    [`crop, flip ${size}`]: run(() => cropAndFlip(bytes, key())),
  };
  const asked = [`pair ${batch} ${side}`, `tuned-pair ${batch} ${side}`, `single ${batch} ${side}`];
  const theirs = asked.map((name) => [`peer: ${name}`, () => peer?.run(name)] as const);
  const options = { runs: side > 100 ? 7 : 20, warmup: 1, settle: true };
  const timings: ComparedTimings = await measure(
    peer === undefined ? ours : { ...ours, ...Object.fromEntries(theirs) },
    options,
  );
  tf.dispose([bytes, images]);
  const official: Record<string, string> = { "APR-P": "pair", "APR-S": "single" };
  return Object.fromEntries(
    Object.entries(timings).map(([name, timing]) => {
      const other = timings[`peer: ${official[name.slice(0, 5)]} ${batch} ${side}`];
      return [name, other === undefined ? timing : { ...timing, ratio: cpu(timing) / cpu(other) }];
    }),
  );
}

function cpu({ cpuMs, medianMs }: ComparedTimings[string]): number {
  return cpuMs ?? medianMs;
}
