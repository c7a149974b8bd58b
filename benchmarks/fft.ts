import { engineInfo } from "@apr-kit/engine";
import { recombineWithin, rfft2 } from "@apr-kit/fft-core";
import * as tf from "@tensorflow/tfjs-core";
import { awaitDevice } from "./awaitDevice.ts";
import type { ComparedTimings } from "./bench.ts";
import { jaxPeer, tfjsPeer } from "./fftScriptPeers.ts";
import { measure, type Timing } from "./measure.ts";
import { startPeer } from "./startPeer.ts";

const MIXES = ["recombination 128×32×32×3", "recombination 32×224×224×3"] as const;
const PEER_CANDIDATES = [
  "rfft2 384×32×32",
  "rfft2 192×224×224",
  ...MIXES.flatMap((name) => [`${name}, paper`, `${name}, tuned`]),
];

/**
 * Real 2-D transforms of planes, and recombination of a batch with a permutation of itself, in turn with PyTorch's;
 * after these, on wasm, jax-js and TensorFlow.js. `ratio` is ours by PyTorch's.
 *
 * Settled runs: PyTorch's threads spin on for about as long as the short candidates take.
 */
export async function fftBench(): Promise<ComparedTimings> {
  const { engine, threads } = engineInfo() ?? { engine: "cpu", threads: 1 };
  const peer = await startPeer("fft.py", [`${threads}`]);
  const ours = {
    "rfft2 384×32×32": transform([384, 32, 32, 1]),
    "rfft2 192×224×224": transform([192, 224, 224, 1]),
    "rfft2 128×32×32×3": transform([128, 32, 32, 3]),
    [MIXES[0]]: recombination([128, 32, 32, 3]),
    [MIXES[1]]: recombination([32, 224, 224, 3]),
  };
  const theirs = PEER_CANDIDATES.map(
    (name) => [`PyTorch: ${name}`, () => peer?.run(name)] as const,
  );
  const timings: Record<string, Timing> = await measure(
    peer === undefined ? ours : { ...ours, ...Object.fromEntries(theirs) },
    { warmup: 15, runs: 40, settle: true }, // small planes take less than what JavaScript adds at first
  );
  peer?.stop();
  const rows = Object.entries(timings).map(([name, timing]) => {
    const rival = timings[`PyTorch: ${name}`] ?? timings[`PyTorch: ${name}, paper`];
    return [name, rival ? { ...timing, ratio: timing.medianMs / rival.medianMs } : timing];
  });
  const others =
    engine === "wasm" ? { "jax-js": jaxPeer(), "TensorFlow.js on cpu": await tfjsPeer() } : {};
  const named = Object.entries(others).flatMap(([other, results]) =>
    Object.entries(results).map(([name, timing]) => [`${other}: ${name}`, timing]),
  );
  return Object.fromEntries([...rows, ...named]);
}

type Shape4 = [batch: number, height: number, width: number, channel: number];

function transform(shape: Shape4): () => void {
  const images = uniform(shape);
  return () => {
    const { re, im } = rfft2(images);
    awaitDevice(im); // kernels run in order: when the last has, all have
    tf.dispose([re, im]);
  };
}

function recombination(shape: Shape4): () => void {
  const images = uniform(shape);
  const partners = Array.from({ length: shape[0] }, (_, i) => (i + 1) % shape[0]);
  return () => {
    const mixed = recombineWithin(images, { partners, axes: "spatialAndChannel" });
    awaitDevice(mixed);
    mixed.dispose();
  };
}

function uniform(shape: Shape4): tf.Tensor4D {
  return tf.randomUniform(shape, 0, 1, "float32", 1);
}
