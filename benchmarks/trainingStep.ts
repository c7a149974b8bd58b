import { normalize, STATISTICS, toUnit } from "@apr-kit/apr-augment";
import type { ByteImages, NormalizedImages } from "@apr-kit/contracts";
import { engineInfo, type Precision } from "@apr-kit/engine";
import { createModel, initialParameters } from "@apr-kit/models";
import { createVelocities, trainStep } from "@apr-kit/trainer/training";
import * as tf from "@tensorflow/tfjs-core";
import type { BenchResults } from "./bench.ts";
import { syntheticImages } from "./images.ts";
import { measure, type Timing } from "./measure.ts";
import { startPeer } from "./startPeer.ts";

const BATCH = 128;
const INFERENCE_BATCH = 500;
const OPTIONS = { learningRate: 0.01, momentum: 0.9, weightDecay: 5e-4, labelSmoothing: 0 };
const PRECISIONS = ["float32", "bfloat16"] as const;

/**
 * Forward, backward and SGD update at batch 128, 32×32, loss read back; inference at batch 500, logits read back.
 *
 * With APR_PEER_PYTHON each is followed by PyTorch's run of the same; `ratio` is ours to the quicker precision of PyTorch.
 */
export async function trainingStepBench(): Promise<BenchResults> {
  const peer = await startPeer("trainingStep.py", [String(engineInfo()?.threads ?? 1)]);
  const precisions = tf.getBackend() === "tensorflow" ? PRECISIONS : (["float32"] as const);
  const ours = { train: trainer, infer: predictor };
  const results: Record<string, Timing & { readonly ratio?: number }> = {};
  for (const name of ["resnet18", "wrn-40-2"]) {
    for (const work of ["train", "infer"] as const) {
      const candidates: Record<string, () => unknown> = {};
      for (const precision of precisions) {
        candidates[`${name} ${work} ${precision}`] = ours[work](name, precision);
      }
      for (const precision of peer === undefined ? [] : PRECISIONS) {
        const key = `${name} ${work} ${precision}`;
        candidates[`${key} ${peer?.name}`] = () => peer?.run(key);
      }
      const timings = await measure(candidates, { runs: 5, warmup: 1 });
      Object.assign(results, withRatios(timings, peer?.name));
    }
  }
  peer?.stop();
  if (tf.getBackend() === "tensorflow") {
    const fastnet = { "fastnet train bfloat16": trainer("fastnet", "bfloat16") };
    Object.assign(results, await measure(fastnet, { runs: 10, warmup: 1 }));
  }
  return results;
}

function withRatios(timings: Record<string, Timing>, peer: string | undefined): BenchResults {
  const isPeer = (key: string) => peer !== undefined && key.endsWith(peer);
  const medians = Object.entries(timings).filter(([key]) => isPeer(key));
  const best = Math.min(...medians.map(([, { medianMs }]) => medianMs));
  return Object.fromEntries(
    Object.entries(timings).map(([key, timing]) => [
      key,
      isPeer(key) || medians.length === 0 ? timing : { ...timing, ratio: timing.medianMs / best },
    ]),
  );
}

function trainer(name: string, precision: Precision): () => unknown {
  const { images, parameters, model } = prepare(name, BATCH);
  const labels = tf.tensor1d(
    Array.from({ length: BATCH }, (_, index) => index % 10),
    "int32",
  );
  const state = { parameters, velocities: createVelocities(parameters) };
  const options = { ...OPTIONS, dropout: { seed: 1, step: 0 }, precision };
  return () => trainStep(model, state, { images, labels, lossWeight: 1 }, options);
}

function predictor(name: string, precision: Precision): () => unknown {
  const { images, parameters, model } = prepare(name, INFERENCE_BATCH);
  return () =>
    tf.tidy(() =>
      model.apply(parameters, images, { mode: "inference", precision }).logits.dataSync(),
    );
}

function prepare(name: string, batch: number) {
  const { data, shape } = syntheticImages(batch, 32);
  const images = tf.tidy(() => {
    const bytes = tf.tensor4d(Float32Array.from(data), [...shape]) as ByteImages;
    return normalize(toUnit(bytes), STATISTICS.cifar10) as NormalizedImages;
  });
  const model = createModel(name);
  return { images, model, parameters: initialParameters(model, { seed: 1 }) };
}
