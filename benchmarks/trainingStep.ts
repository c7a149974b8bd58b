import { normalize, STATISTICS, toUnit } from "@apr-kit/apr-augment";
import type { ByteImages } from "@apr-kit/contracts";
import { createModel, initialParameters } from "@apr-kit/models";
import * as tf from "@tensorflow/tfjs-core";
import { createVelocities } from "../apps/trainer/src/training/sgd.ts";
import { trainStep } from "../apps/trainer/src/training/trainStep.ts";
import type { BenchResults } from "./bench.ts";
import { syntheticImages } from "./images.ts";
import { measure } from "./measure.ts";

const BATCH = 128;
const OPTIONS = { learningRate: 0.01, momentum: 0.9, weightDecay: 5e-4, labelSmoothing: 0 };

/** Forward, backward and SGD update at batch 128, 32×32, loss read back. */
export async function trainingStepBench(): Promise<BenchResults> {
  const { data, shape } = syntheticImages(BATCH, 32);
  const bytes = tf.tensor4d(Float32Array.from(data), [...shape]) as ByteImages;
  const images = normalize(toUnit(bytes), STATISTICS.cifar10);
  const labels = tf.tensor1d(
    Array.from({ length: BATCH }, (_, index) => index % 10),
    "int32",
  );
  const step = (name: string) => {
    const model = createModel(name);
    const parameters = initialParameters(model, { seed: 1 });
    const state = { parameters, velocities: createVelocities(parameters) };
    const dropout = { seed: 1, step: 0 };
    return () =>
      trainStep(model, state, { images, labels, lossWeight: 1 }, { ...OPTIONS, dropout });
  };
  return measure({ fastnet: step("fastnet"), resnet18: step("resnet18") }, { runs: 10, warmup: 2 });
}
