import { engineInfo } from "@apr-kit/engine";
import { recombineWithin, rfft2 } from "@apr-kit/fft-core";
import * as tf from "@tensorflow/tfjs-core";
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

const WARM = { warmup: 25, runs: 40 }; // a transform of small planes takes less than what JavaScript adds at first

/**
 * Real 2-D transforms of planes, and recombination of a batch with a permutation of itself, with others' times
 * beside them: PyTorch's, and on wasm those of jax-js and TensorFlow.js. `ratio` is ours by PyTorch's.
 *
 * The others run after us, not in turn: PyTorch's waiting threads spin for about as long as these candidates take.
 */
export async function fftBench(): Promise<ComparedTimings> {
  const ours = await measure(
    {
      "rfft2 384×32×32": transform([384, 32, 32, 1]),
      "rfft2 192×224×224": transform([192, 224, 224, 1]),
      "rfft2 128×32×32×3": transform([128, 32, 32, 3]),
      [MIXES[0]]: recombination([128, 32, 32, 3]),
      [MIXES[1]]: recombination([32, 224, 224, 3]),
    },
    WARM,
  );
  const { engine, threads } = engineInfo() ?? { engine: "cpu", threads: 1 };
  const theirs = await pyTorch(threads);
  const rows = Object.entries(ours).map(([name, timing]) => {
    const rival = theirs[name] ?? theirs[`${name}, paper`];
    return [name, rival ? { ...timing, ratio: timing.medianMs / rival.medianMs } : timing];
  });
  const others = {
    PyTorch: theirs,
    ...(engine === "wasm" ? { "jax-js": jaxPeer(), "TensorFlow.js on cpu": await tfjsPeer() } : {}),
  };
  const named = Object.entries(others).flatMap(([peer, timings]) =>
    Object.entries(timings).map(([name, timing]) => [`${peer}: ${name}`, timing]),
  );
  return Object.fromEntries([...rows, ...named]);
}

async function pyTorch(threads: number): Promise<Record<string, Timing>> {
  const peer = await startPeer("fft.py", [`${threads}`]);
  if (peer === undefined) return {};
  const timings = await measure(
    Object.fromEntries(PEER_CANDIDATES.map((name) => [name, () => peer.run(name)])),
    WARM,
  );
  peer.stop();
  return timings;
}

type Shape4 = [batch: number, height: number, width: number, channel: number];

function transform(shape: Shape4): () => void {
  const images = uniform(shape);
  return () => {
    const { re, im } = rfft2(images);
    touch(im); // kernels run in order: when the last has, all have
    tf.dispose([re, im]);
  };
}

function recombination(shape: Shape4): () => void {
  const images = uniform(shape);
  const partners = Array.from({ length: shape[0] }, (_, i) => (i + 1) % shape[0]);
  return () => {
    const mixed = recombineWithin(images, { partners, axes: "spatialAndChannel" });
    touch(mixed);
    mixed.dispose();
  };
}

function uniform(shape: Shape4): tf.Tensor4D {
  return tf.randomUniform(shape, 0, 1, "float32", 1);
}

/** Waits for a device, by reading one value. */
function touch(x: tf.Tensor4D): void {
  tf.tidy(() => tf.slice4d(x, [0, 0, 0, 0], [1, 1, 1, 1]).dataSync());
}
