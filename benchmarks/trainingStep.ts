import { normalize, STATISTICS, toUnit } from "@apr-kit/apr-augment";
import type { ByteImages } from "@apr-kit/contracts";
import type { Precision } from "@apr-kit/engine";
import { createModel, initialParameters } from "@apr-kit/models";
import { createVelocities, trainStep } from "@apr-kit/trainer/training";
import * as tf from "@tensorflow/tfjs-core";
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
  const step = (name: string, precision: Precision) => {
    const model = createModel(name);
    const parameters = initialParameters(model, { seed: 1 });
    const state = { parameters, velocities: createVelocities(parameters) };
    const dropout = { seed: 1, step: 0 };
    return () =>
      trainStep(
        model,
        state,
        { images, labels, lossWeight: 1 },
        { ...OPTIONS, dropout, precision },
      );
  };
  const candidates: Record<string, () => unknown> = {
    "fastnet float32": step("fastnet", "float32"),
    "resnet18 float32": step("resnet18", "float32"),
  };
  if (tf.getBackend() === "tensorflow") {
    candidates["fastnet bfloat16"] = step("fastnet", "bfloat16");
    candidates["resnet18 bfloat16"] = step("resnet18", "bfloat16");
  }
  return measure(candidates, { runs: 10, warmup: 2 });
}
