import { engineInfo } from "@apr-kit/engine";
import { recombineWithin, rfft2 } from "@apr-kit/fft-core";
import * as tf from "@tensorflow/tfjs-core";
import type { ComparedTimings } from "./bench.ts";
import { measure } from "./measure.ts";
import { startPeer } from "./startPeer.ts";

const MIXES = ["recombination 128×32×32×3", "recombination 32×224×224×3"] as const;
const PEER_CANDIDATES = [
  "rfft2 384×32×32",
  "rfft2 192×224×224",
  ...MIXES.flatMap((name) => [`${name}, paper`, `${name}, tuned`]),
];

/**
 * Real 2-D transforms of planes, and recombination of a batch with a permutation of itself, with PyTorch's
 * times beside them: `ratio` is ours by theirs.
 *
 * PyTorch runs after us, not in turn: its waiting threads spin for about as long as these candidates take.
 */
export async function fftBench(): Promise<ComparedTimings> {
  const ours = await measure({
    "rfft2 384×32×32": transform([384, 32, 32, 1]),
    "rfft2 192×224×224": transform([192, 224, 224, 1]),
    "rfft2 128×32×32×3": transform([128, 32, 32, 3]),
    [MIXES[0]]: recombination([128, 32, 32, 3]),
    [MIXES[1]]: recombination([32, 224, 224, 3]),
  });
  const peer = await startPeer("fft.py", [`${engineInfo()?.threads ?? 1}`]);
  if (peer === undefined) return ours;
  const theirs = await measure(
    Object.fromEntries(PEER_CANDIDATES.map((name) => [name, () => peer.run(name)])),
  );
  peer.stop();
  const rows = Object.entries(ours).map(([name, timing]) => {
    const rival = theirs[name] ?? theirs[`${name}, paper`];
    return [name, rival ? { ...timing, ratio: timing.medianMs / rival.medianMs } : timing];
  });
  const named = Object.entries(theirs).map(([name, timing]) => [`PyTorch: ${name}`, timing]);
  return Object.fromEntries([...rows, ...named]);
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
