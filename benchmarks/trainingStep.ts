import { engineInfo, type Precision } from "@apr-kit/engine";
import * as tf from "@tensorflow/tfjs-core";
import type { BenchOptions, BenchResults, ComparedTimings } from "./bench.ts";
import { measure, type Timing } from "./measure.ts";
import { profileStep } from "./profileStep.ts";
import { startPeer } from "./startPeer.ts";
import { availablePrecisions, inference, trainingStep, untracedStep } from "./workloads.ts";

const PEER_PRECISIONS = ["float32", "bfloat16"] as const;

/**
 * Forward, backward and SGD update at batch 128, 32×32, loss read back; inference at batch 500, logits read back.
 *
 * With APR_PEER_PYTHON each is followed by PyTorch's run of the same; `ratio` is ours to the quicker precision of
 * PyTorch. With `profile`, one training step by kernel instead, alone, and as it is when traced.
 */
export async function trainingStepBench({ profile }: BenchOptions): Promise<BenchResults> {
  if (profile) return profiles();
  return { ...(await besidePeer()), ...(await quickStartNet()) };
}

/** On one wasm thread the large networks take minutes: the quick start's net stands for them. */
function profiles(): BenchResults {
  const names =
    tf.getBackend() === "tensorflow" ? ["fastnet", "resnet18", "wrn-40-2"] : ["fastnet"];
  return Object.fromEntries(
    names.flatMap((name) =>
      availablePrecisions().flatMap((precision) => {
        const key = `${name} train ${precision}`;
        const byKernel = [`${key}, untraced`, profileStep(untracedStep(name, precision))];
        if (tf.getBackend() !== "tensorflow") return [byKernel];
        return [byKernel, [`${key}, traced`, profileStep(trainingStep(name, precision))]];
      }),
    ),
  );
}

async function besidePeer(): Promise<ComparedTimings> {
  const peer = await startPeer("trainingStep.py", [String(engineInfo()?.threads ?? 1)]);
  const ours = { train: trainingStep, infer: inference };
  const results: Record<string, Timing & { readonly ratio?: number }> = {};
  for (const name of ["resnet18", "wrn-40-2"]) {
    for (const work of ["train", "infer"] as const) {
      const candidates: Record<string, () => unknown> = {};
      for (const precision of availablePrecisions()) {
        candidates[`${name} ${work} ${precision}`] = ours[work](name, precision);
      }
      for (const precision of peer === undefined ? [] : PEER_PRECISIONS) {
        const key = `${name} ${work} ${precision}`;
        candidates[`${key} ${peer?.name}`] = () => peer?.run(key);
      }
      const timings = await measure(candidates, { runs: 5, warmup: 1 });
      Object.assign(results, withRatios(timings, peer?.name));
    }
  }
  peer?.stop();
  return results;
}

function quickStartNet(): Promise<ComparedTimings> {
  const precision: Precision = availablePrecisions().at(-1)!;
  const candidates = { [`fastnet train ${precision}`]: trainingStep("fastnet", precision) };
  return measure(candidates, { runs: 10, warmup: 1 });
}

function withRatios(timings: Record<string, Timing>, peer: string | undefined): ComparedTimings {
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
