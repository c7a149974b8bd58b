import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { availableEngines, startEngine } from "@apr-kit/engine";
import { loadClassifier, readSafetensors } from "@apr-kit/models";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import { parseConfig } from "../src/config/loadConfig.ts";
import { evaluate } from "../src/evaluation/evaluate.ts";
import { convertModel } from "../src/models/convertModel.ts";
import { advanceRun, closeRun } from "../src/runs/advanceRun.ts";
import { predictRun } from "../src/runs/predictRun.ts";
import { openRun, saveRun } from "../src/runs/runFolder.ts";
import { train } from "../src/training/train.ts";
import { syntheticDataset } from "./syntheticDataset.ts";

jest.setTimeout(30_000); // wasm on a busy machine

const engines = await availableEngines();
const dataset = syntheticDataset();

/** A net of a few hundred parameters, so that even the cpu engine is quick. */
function tinyConfig(training: object, method = "apr-sp") {
  return parseConfig(
    {
      name: "tiny",
      model: { name: "fastnet", options: { width: 0.1, numClasses: 2 } },
      augmentation: { method },
      training: { batchSize: 8, learningRate: 0.05, checkpointEvery: 100, ...training },
      evaluation: { corruptedImages: 4, severities: [3], batchSize: 8 },
    },
    "test",
  );
}

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "apr-runs-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe.each(engines.filter((engine) => engine !== "cpu"))("a run on %s", (engine) => {
  beforeAll(() => startEngine({ engine, threads: 2 }));
  const ignore = () => {};

  test.each(["apr-sp", "augmix"])(
    "of %s that is stopped and resumed ends with the very bits of one that was not",
    async (method) => {
      const config = tinyConfig({ steps: 5 }, method);
      const whole = await openRun(join(directory, `${engine}-${method}-whole`), config);
      await advanceRun(whole, dataset, ignore);

      const path = join(directory, `${engine}-${method}-parts`);
      const first = await openRun(path, config);
      const stop = new AbortController();
      const stopped = train({
        config,
        dataset,
        model: first.model,
        state: first.checkpoint.state,
        firstStep: 0,
        onStep: ({ step }) => step === 2 && stop.abort(),
        onCheckpoint: (stepsDone) =>
          saveRun(first, { state: first.checkpoint.state, stepsDone, trainingSeconds: 1 }, []),
        onProgress: ignore,
        signal: stop.signal,
      });
      await expect(stopped).rejects.toThrow("train: stopped at step 2; run again to resume");
      closeRun(first);
      const second = await openRun(path, config);
      expect(second.checkpoint.stepsDone).toBe(2);
      await advanceRun(second, dataset, ignore);

      for (const [name, value] of whole.checkpoint.state.parameters) {
        const resumed = second.checkpoint.state.parameters.get(name)!;
        expect(resumed.dataSync()).toEqual(value.dataSync());
      }
      closeRun(whole);
      closeRun(second);
    },
  );

  test.each(["standard", "apr-p", "apr-s", "apr-sp", "augmix"])(
    "of %s learns two easy classes",
    async (method) => {
      const run = await openRun(
        join(directory, `${engine}-${method}`),
        tinyConfig({ steps: 30 }, method),
      );
      const { history } = await advanceRun(run, dataset, ignore);
      const model = predictRun(run, dataset);
      const { config, seed } = { config: run.config.evaluation, seed: 1 };
      const result = await evaluate({ model }, { dataset, config, seed, onProgress: ignore });
      closeRun(run);
      expect(history[0]!.loss).toBeGreaterThan(0.5);
      expect(result.model.clean.value).toBeLessThanOrEqual(0.25);
      expect(result.model.cells).toHaveLength(14);
    },
  );

  test("leaves no tensor behind", async () => {
    const before = tf.memory().numTensors;
    const run = await openRun(join(directory, `${engine}-memory`), tinyConfig({ steps: 3 }));
    await advanceRun(run, dataset, ignore);
    closeRun(run);
    expect(tf.memory().numTensors).toBe(before);
  });

  test("whose loss is not a number says so, with the step", async () => {
    const config = tinyConfig(
      { steps: 20, learningRate: 1e30, schedule: { kind: "cosine" } },
      "standard",
    );
    const run = await openRun(join(directory, `${engine}-nan`), config);
    await expect(advanceRun(run, dataset, ignore)).rejects.toThrow(
      /^train: loss is (NaN|Infinity) at step \d+ .*; lower training.learningRate/,
    );
    closeRun(run);
  });

  test("keeps a checkpoint that loads as a model under PyTorch's names", async () => {
    const path = join(directory, `${engine}-apr-sp-whole`, "checkpoint.safetensors");
    const { tensors, metadata } = readSafetensors(await readFile(path));
    expect(metadata).toMatchObject({ "apr-kit.architecture": "fastnet", stepsDone: "5" });
    expect(tensors.get("stem.conv.weight")?.shape).toEqual([2, 3, 3, 3]); // [out, in, height, width]
    expect(tensors.has("optimizer.velocity.stem.conv.weight")).toBe(true);
  });

  test("leaves as a classifier with the normalisation it was trained with", async () => {
    const output = join(directory, `${engine}.safetensors`);
    await convertModel(join(directory, `${engine}-apr-sp-whole`), output);
    const { normalization, parameters } = loadClassifier(await readFile(output));
    expect(normalization).toEqual({ mean: [0.4914, 0.4822, 0.4465], std: [0.2023, 0.1994, 0.201] });
    tf.dispose([...parameters.values()]);
  });

  test("in a folder of another configuration is refused", async () => {
    const path = join(directory, `${engine}-apr-sp-whole`);
    await expect(openRun(path, tinyConfig({ steps: 6 }))).rejects.toThrow(
      `${path} holds a run of another configuration; give another --out, or --fresh to replace it`,
    );
  });

  test("with a truncated checkpoint is refused, with the way out", async () => {
    const path = join(directory, `${engine}-apr-sp-parts`);
    const file = join(path, "checkpoint.safetensors");
    await writeFile(file, (await readFile(file)).subarray(0, 100));
    await expect(openRun(path, tinyConfig({ steps: 5 }))).rejects.toThrow(
      /^resume: .*checkpoint.safetensors does not hold this run's state .*; start over with --fresh/,
    );
  });
});
