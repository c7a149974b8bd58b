import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { normalize, toUnit } from "@apr-kit/apr-augment";
import type { ByteImages } from "@apr-kit/contracts";
import { loadCifar10, takeBatch } from "@apr-kit/datasets";
import { engineInfo, type Precision, tensorFlowMemory } from "@apr-kit/engine";
import { createModel, initialParameters } from "@apr-kit/models";
import { createVelocities, tracedTrainStep } from "@apr-kit/trainer/training";
import * as tf from "@tensorflow/tfjs-core";
import type { BenchResults } from "./bench.ts";
import { startPeer } from "./startPeer.ts";
import { availablePrecisions, TRAIN_BATCH } from "./workloads.ts";

const MIB = 2 ** 20;
const SAMPLES = 40;
const SETTINGS = { momentum: 0.9, weightDecay: 5e-4, labelSmoothing: 0 };
const KEY = { learningRate: 0.01, dropout: { seed: 1, step: 0 } };

/**
 * Whether training holds on to memory: tensors and resident memory over 2,000 steps of the quick start's net and 100 of
 * ResNet-18 on CIFAR-10; and the peak of a process that takes ResNet-18's step, beside PyTorch's.
 */
export async function trainingMemoryBench(): Promise<BenchResults> {
  const precision = availablePrecisions().at(-1)!;
  const peaks = tf.getBackend() === "tensorflow" ? await peakMemory("resnet18") : {};
  return {
    ...peaks,
    [`fastnet ${precision}`]: await memoryGrowth("fastnet", precision, 2000),
    [`resnet18 ${precision}`]: await memoryGrowth("resnet18", precision, 100),
  };
}

/** Peaks of fresh processes that take three steps; `ratio` is ours to PyTorch's in the same precision. */
export async function peakMemory(name: string): Promise<BenchResults> {
  const threads = `${engineInfo()?.threads ?? 1}`;
  const results: Record<string, object> = {};
  for (const precision of availablePrecisions()) {
    const ours = await ownPeak(name, precision, threads);
    const theirs = await peerPeak(name, precision, threads);
    const ratio = theirs === undefined ? {} : { ratio: ours.peakBytes / theirs.peakBytes };
    results[`${name} ${precision}, peak`] = {
      peakMiB: ours.peakBytes / MIB,
      startMiB: ours.startBytes / MIB,
      ...ratio,
    };
    if (theirs === undefined) continue;
    results[`${name} ${precision}, peak: ${theirs.peer}`] = { peakMiB: theirs.peakBytes / MIB };
  }
  return results;
}

async function ownPeak(name: string, precision: Precision, threads: string) {
  const script = fileURLToPath(new URL("children/peakMemory.ts", import.meta.url));
  const args = [...process.execArgv, script, name, precision, threads];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as { peakBytes: number; startBytes: number };
}

async function peerPeak(name: string, precision: Precision, threads: string) {
  const peer = await startPeer("trainingStep.py", [threads]);
  if (peer === undefined) return undefined;
  let peakBytes = 0;
  for (let step = 0; step < 3; step++) {
    ({ peakBytes } = await peer.run<{ peakBytes: number }>(`${name} train ${precision}`));
  }
  peer.stop();
  return { peer: peer.name, peakBytes };
}

/** Trains on batches of CIFAR-10 as they lie, and samples memory on the way; the first tenth is warm-up. */
export async function memoryGrowth(name: string, precision: Precision, steps: number) {
  const { train: split, normalisation } = await loadCifar10({ onProgress: () => {} });
  const model = createModel(name);
  const parameters = initialParameters(model, { seed: 1 });
  const state = { parameters, velocities: createVelocities(parameters) };
  const trainStep = tracedTrainStep(model, state, { ...SETTINGS, precision });
  const samples: Sample[] = [];
  for (let step = 1; step <= steps; step++) {
    const first = (step * TRAIN_BATCH) % (split.size - TRAIN_BATCH);
    const batch = takeBatch(
      split,
      Int32Array.from({ length: TRAIN_BATCH }, (_, i) => first + i),
    );
    tf.tidy(() => {
      const bytes = tf.tensor4d(Float32Array.from(batch.images.data), [...batch.images.shape]);
      const images = normalize(toUnit(bytes as ByteImages), normalisation);
      const labels = tf.tensor1d(Int32Array.from(batch.labels), "int32");
      return trainStep({ images, labels, lossWeight: 1 }, KEY).loss;
    });
    await new Promise(setImmediate); // as the trainer does
    if (step % Math.ceil(steps / SAMPLES) === 0) {
      const { numTensors } = tf.memory();
      const { nativeTensors } = tensorFlowMemory();
      samples.push({ step, rssMiB: process.memoryUsage.rss() / MIB, numTensors, nativeTensors });
    }
  }
  trainStep.dispose();
  tf.dispose([...parameters.values(), ...state.velocities.values()]);
  const warm = samples.filter(({ step }) => step > steps / 10);
  const range = (key: keyof Sample) => {
    const values = warm.map((sample) => sample[key]);
    return { least: Math.min(...values), most: Math.max(...values) };
  };
  return {
    steps,
    kibibytesPerStep: 1024 * slope(warm),
    ...{ rssMiB: range("rssMiB"), numTensors: range("numTensors") },
    nativeTensors: range("nativeTensors"),
    samples,
  };
}

interface Sample {
  readonly step: number;
  readonly rssMiB: number;
  readonly numTensors: number;
  readonly nativeTensors: number;
}

/** Of resident memory over steps, by least squares: MiB a step. */
function slope(samples: readonly Sample[]): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const meanStep = mean(samples.map(({ step }) => step));
  const meanRss = mean(samples.map(({ rssMiB }) => rssMiB));
  const moment = (of: (sample: Sample) => number) => mean(samples.map((s) => of(s)));
  return (
    moment(({ step, rssMiB }) => (step - meanStep) * (rssMiB - meanRss)) /
    moment(({ step }) => (step - meanStep) ** 2)
  );
}
