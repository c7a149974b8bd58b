import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { normalize, toUnit } from "@apr-kit/apr-augment";
import type { ByteImages, NormalizedImages } from "@apr-kit/contracts";
import { loadCifar10, shuffledOrder, takeBatch } from "@apr-kit/datasets";
import { engineInfo, type Precision } from "@apr-kit/engine";
import {
  createModel,
  fromStateDict,
  type HostTensor,
  initialParameters,
  type Model,
  toStateDict,
  writeSafetensors,
} from "@apr-kit/models";
import { createVelocities, trainStep } from "@apr-kit/trainer/training";
import * as tf from "@tensorflow/tfjs-core";
import type { BenchResults } from "./bench.ts";
import { startPeer } from "./startPeer.ts";
import { availablePrecisions } from "./workloads.ts";

const STEPS = 20;
const BATCH = 32;
/** The recipe's, at a tenth of its learning rate: there the first losses rise above 10, and rounding with them. */
const OPTIONS = { learningRate: 0.01, momentum: 0.9, weightDecay: 5e-4 };
const REFERENCE = "PyTorch float32";

/** The same steps for every candidate: initial weights, and batches on the host, channels last. */
interface Task {
  readonly model: Model;
  readonly weights: ReadonlyMap<string, HostTensor>;
  /** [BATCH, 32, 32, 3] each. */
  readonly images: readonly Float32Array[];
  readonly labels: readonly Int32Array[];
}

/**
 * Losses of 20 SGD steps on CIFAR-10 from equal weights on equal batches, in full-size networks; how far each candidate
 * gets from PyTorch's float32.
 *
 * PyTorch beside itself (other threads, float64) shows how much of a distance is rounding that ReLUs and batch norms
 * magnify, which no two programs share.
 */
export async function lossEqualityBench(): Promise<BenchResults> {
  return { ...(await lossEquality("resnet18")), ...(await lossEquality("wrn-40-2")) };
}

/** The same of one network; says on stderr what is done, since all of it takes minutes. */
export async function lossEquality(name: string): Promise<BenchResults> {
  const task = await prepare(name);
  const losses: Record<string, readonly number[]> = {};
  const note = (candidate: string, values: readonly number[]) => {
    losses[candidate] = values;
    console.error(`${name}, ${candidate}: ${values.map((value) => value.toFixed(5)).join(" ")}`);
  };
  for (const precision of availablePrecisions()) note(`ours ${precision}`, train(task, precision));
  await runPeer(task, note);
  const reference = losses[REFERENCE];
  return Object.fromEntries(
    Object.entries(losses).map(([candidate, values]) => [
      `${name}: ${candidate}`,
      { ...(reference && compare(values, reference)), losses: values },
    ]),
  );
}

function compare(losses: readonly number[], reference: readonly number[]) {
  const apart = losses.map((loss, step) => Math.abs(loss / reference[step]! - 1));
  const firstFar = apart.findIndex((distance) => distance > 1e-4);
  return {
    firstStep: apart[0]!,
    step5: apart[4]!,
    step10: apart[9]!,
    worst: Math.max(...apart),
    rootMeanSquare: Math.sqrt(apart.reduce((sum, value) => sum + value ** 2, 0) / apart.length),
    stepsWithin1e4: firstFar < 0 ? STEPS : firstFar,
  };
}

async function prepare(name: string): Promise<Task> {
  const { train: split, normalisation } = await loadCifar10({ onProgress: () => {} });
  const order = shuffledOrder(split.size, { seed: 1, epoch: 0 });
  const batches = Array.from({ length: STEPS }, (_, step) =>
    takeBatch(split, order.subarray(step * BATCH, (step + 1) * BATCH)),
  );
  const model = createModel(name);
  const initial = initialParameters(model, { seed: 1 });
  const weights = await toStateDict(model, initial);
  tf.dispose([...initial.values()]);
  return {
    model,
    weights,
    images: batches.map(({ images: { data, shape } }) =>
      tf.tidy(() => {
        const bytes = tf.tensor4d(Float32Array.from(data), [...shape]) as ByteImages;
        return normalize(toUnit(bytes), normalisation).dataSync<"float32">();
      }),
    ),
    labels: batches.map(({ labels }) => Int32Array.from(labels)),
  };
}

function train({ model, weights, images, labels }: Task, precision: Precision): number[] {
  const parameters = fromStateDict(model, weights);
  const state = { parameters, velocities: createVelocities(parameters) };
  const options = { ...OPTIONS, labelSmoothing: 0, dropout: { seed: 1, step: 0 }, precision };
  const losses = images.map((values, step) =>
    tf.tidy(() => {
      const batch = {
        images: tf.tensor4d(values, [BATCH, 32, 32, 3]) as NormalizedImages,
        labels: tf.tensor1d(labels[step]!, "int32"),
        lossWeight: 1,
      };
      return trainStep(model, state, batch, options).loss;
    }),
  );
  tf.dispose([...parameters.values(), ...state.velocities.values()]);
  return losses;
}

async function runPeer(
  task: Task,
  note: (candidate: string, losses: readonly number[]) => void,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "apr-losses-"));
  try {
    const request = join(folder, "request.safetensors");
    await writeFile(request, encode(task));
    const peer = await startPeer("lossEquality.py", [request]);
    if (peer === undefined) return;
    const threads = engineInfo()?.threads ?? 1;
    const candidates = {
      [REFERENCE]: `float32, ${threads} threads`,
      "PyTorch float32, one thread": "float32, 1 threads",
      "PyTorch bfloat16": `bfloat16, ${threads} threads`,
      "PyTorch float64": `float64, ${threads} threads`,
    };
    for (const [name, candidate] of Object.entries(candidates)) {
      note(name, (await peer.run<{ losses: number[] }>(candidate)).losses);
    }
    peer.stop();
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The task as the peer reads it: images channels first. */
function encode({ model, weights, images, labels }: Task): Uint8Array {
  const planes = tf.tidy(() =>
    images.flatMap((values) =>
      Array.from(tf.transpose(tf.tensor4d(values, [BATCH, 32, 32, 3]), [0, 3, 1, 2]).dataSync()),
    ),
  );
  const classes = labels.flatMap((batch) => Array.from(batch, BigInt));
  const { learningRate, momentum, weightDecay } = OPTIONS;
  const options = { learning_rate: learningRate, momentum, weight_decay: weightDecay };
  return writeSafetensors({
    tensors: new Map<string, HostTensor>([
      ...weights,
      [
        "images",
        { dtype: "F32", shape: [STEPS, BATCH, 3, 32, 32], values: Float32Array.from(planes) },
      ],
      ["labels", { dtype: "I64", shape: [STEPS, BATCH], values: BigInt64Array.from(classes) }],
    ]),
    metadata: { architecture: model.name, options: JSON.stringify(options) },
  });
}
