import { asNormalizedImages, asUnitImages, type NormalizedImages } from "@apr-kit/contracts";
import { startEngine } from "@apr-kit/engine";
import { expectAllClose, expectTensorDelta } from "@apr-kit/testing";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import { asFeatureExtractor } from "./asFeatureExtractor.ts";
import { createModel } from "./createModel.ts";
import { initialParameters } from "./initialParameters.ts";

const model = createModel("fastnet", { width: 1 / 12, numClasses: 4 });
let parameters: Map<string, tf.Variable>;

beforeAll(async () => {
  await startEngine({ engine: "cpu" });
  parameters = initialParameters(model, { seed: 3 });
});

afterAll(() => {
  tf.dispose([...parameters.values()]);
});

function images(batch: number, side = 8): NormalizedImages {
  return asNormalizedImages(tf.randomNormal([batch, side, side, 3], 0, 1, "float32", 5));
}

describe("createModel", () => {
  test("lists the names that it knows when it does not know one", () => {
    for (const name of ["resnet-18", "toString", ""]) {
      expect(() => createModel(name)).toThrow(
        "createModel: expected name to be one of fastnet, resnet18, preact-resnet18, preact-resnet18-v2, " +
          `wrn-40-2, wrn-28-10, allconv, densenet-40-12, resnext-29-4x32d, resnet18-imagenet, resnet50, got "${name}"`,
      );
    }
  });

  test.each([
    [{ numClasses: 0 }, "numClasses to be an integer ≥ 1, got 0"],
    [{ numClasses: 2.5 }, "numClasses to be an integer ≥ 1, got 2.5"],
    [{ width: 0 }, "width to be a number in (0, 64], got 0"],
    [{ width: Number.NaN }, "width to be a number in (0, 64], got NaN"],
  ])("refuses %j", (options, message) => {
    expect(() => createModel("fastnet", options)).toThrow(`createModel: expected ${message}`);
  });

  test("names parameters as kuangliu's ResNet-18 does, in its order", () => {
    const names = createModel("resnet18").parameters.map(({ name }) => name);
    expect(names).toHaveLength(102);
    expect(names.slice(0, 6)).toEqual([
      "conv1.weight",
      "bn1.weight",
      "bn1.bias",
      "bn1.running_mean",
      "bn1.running_var",
      "layer1.0.conv1.weight",
    ]);
    expect(names).toContain("layer2.0.shortcut.1.running_var");
    expect(names.slice(-2)).toEqual(["linear.weight", "linear.bias"]);
  });

  test("scales every width and keeps at least one channel", () => {
    const shapes = createModel("resnet18", { width: 1 / 128 }).parameters.map(({ shape }) => shape);
    expect(shapes[0]).toEqual([3, 3, 3, 1]);
    expect(shapes.at(-2)).toEqual([4, 10]);
  });
});

describe("apply", () => {
  test("gives each image the same logits alone as in a batch, in inference", () => {
    const batch = images(3);
    const together = model.apply(parameters, batch, { mode: "inference" });
    expect(together.logits.shape).toEqual([3, 4]);
    expect(together.statistics).toEqual({});
    const last = asNormalizedImages(tf.slice(batch, 2, 1));
    const alone = model.apply(parameters, last, { mode: "inference" });
    expectAllClose(alone.logits, tf.slice(together.logits, 2, 1));
    tf.dispose([batch, last, together.logits, alone.logits]);
  });

  test("returns the mean and unbiased variance of the batch that each batch norm saw", () => {
    const batch = images(2);
    const { logits, statistics } = model.apply(parameters, batch, { mode: "train" });
    const filter = parameters.get("stem.conv.weight") as tf.Tensor4D;
    const stem = tf.conv2d(batch as tf.Tensor4D, filter, 1, "same");
    const seen = tf.reshape(stem, [128, stem.shape[3]]);
    const { mean, variance } = tf.moments(seen, 0);
    expectAllClose(statistics["stem.bn.running_mean"] as tf.Tensor, mean);
    expectAllClose(statistics["stem.bn.running_var"] as tf.Tensor, tf.mul(variance, 128 / 127));
    expect(Object.keys(statistics)).toHaveLength(16);
    tf.dispose([batch, logits, statistics]);
  });

  test("gives back what the last layer sees, where that is asked for", () => {
    const batch = images(2);
    const plain = model.apply(parameters, batch, { mode: "inference" });
    expect(plain).not.toHaveProperty("features");
    const output = model.apply(parameters, batch, { mode: "inference", features: true });
    const features = output.features as tf.Tensor2D;
    expect(features.shape).toEqual([2, 16]);
    const weight = parameters.get("linear.weight") as tf.Tensor;
    const again = tf.mul(tf.matMul(features, weight as tf.Tensor2D), 0.125);
    expectAllClose(again.dataSync(), plain.logits.dataSync());
    expect(output.logits.dataSync()).toEqual(plain.logits.dataSync());
    const std = [0.5, 0.25, 2];
    const pixels = asUnitImages(tf.add(tf.mul(batch, tf.tensor1d(std)), 0.5));
    const extract = asFeatureExtractor(model, parameters, { mean: [0.5, 0.5, 0.5], std });
    const extracted = extract(pixels);
    expectAllClose(extracted.dataSync(), features.dataSync());
    tf.dispose([plain.logits, output.logits, features, again, extracted]);
    expectTensorDelta(() => extract(pixels), 1);
    expectTensorDelta(() => {
      tf.dispose({ ...model.apply(parameters, batch, { mode: "inference", features: true }) });
    }, 0);
    batch.dispose();
  });

  test("leaves nothing behind but what it returns", () => {
    const batch = images(2);
    expectTensorDelta(() => model.apply(parameters, batch, { mode: "inference" }), 1);
    expectTensorDelta(() => model.apply(parameters, batch, { mode: "train" }), 1 + 16);
    batch.dispose();
  });

  test("returns statistics that outlive a tidy", () => {
    const batch = images(2);
    const before = tf.memory().numTensors;
    let statistics: Readonly<Record<string, tf.Tensor1D>> = {};
    tf.tidy(() => {
      statistics = model.apply(parameters, batch, { mode: "train" }).statistics;
    });
    expect(tf.memory().numTensors - before).toBe(16);
    expect(statistics["stem.bn.running_mean"]?.isDisposed).toBe(false);
    tf.dispose([batch, statistics]);
  });

  test("says that images look like channels first", () => {
    const batch = asNormalizedImages(tf.zeros([2, 3, 8, 8]));
    expect(() => model.apply(parameters, batch, { mode: "inference" })).toThrow(
      "apply: expected images of shape [batch, height, width, 3], got [2, 3, 8, 8], " +
        "which looks like channels first: transpose it",
    );
    const grey = asNormalizedImages(tf.zeros([2, 8, 8, 1]));
    expect(() => model.apply(parameters, grey, { mode: "inference" })).toThrow("got [2, 8, 8, 1]");
    tf.dispose([batch, grey]);
  });

  test("names parameters that are missing, unexpected or of another shape", () => {
    const batch = images(1);
    const run = (wrong: Map<string, tf.Tensor>) => () =>
      model.apply(wrong, batch, { mode: "inference" });
    const renamed = new Map<string, tf.Tensor>(parameters);
    renamed.delete("linear.weight");
    renamed.set("fc.weight", tf.zeros([16, 4]));
    expect(run(renamed)).toThrow(
      `apply: expected exactly the ${parameters.size} parameters of the model, got ${parameters.size}: ` +
        "missing linear.weight; unexpected fc.weight",
    );
    expect(run(new Map())).toThrow("stem.bn.running_var and ");
    const reshaped = new Map<string, tf.Tensor>(parameters).set("linear.weight", tf.zeros([16, 5]));
    expect(run(reshaped)).toThrow("apply: expected linear.weight of shape [16, 4], got [16, 5]");
    batch.dispose();
  });

  test("refuses training on one value per channel, and leaves nothing behind", () => {
    const small = createModel("resnet18", { width: 1 / 64 });
    const weights = initialParameters(small, { seed: 1 });
    const one = images(1, 4); // 1×1 from the third stage on
    const before = tf.memory().numTensors;
    expect(() => small.apply(weights, one, { mode: "train" })).toThrow(
      "apply: expected more than one value per channel for layer3.0.bn1 in training, got 1",
    );
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose([one, ...weights.values()]);
  });

  test("wants a key for dropout in training only, and draws by it", () => {
    const net = createModel("allconv", { width: 1 / 48 });
    const weights = initialParameters(net, { seed: 1 });
    const batch = images(2, 32);
    const logitsOf = (step: number): number[] => {
      const output = net.apply(weights, batch, { mode: "train", dropout: { seed: 1, step } });
      const logits = [...output.logits.dataSync()];
      tf.dispose([output.logits, output.statistics]);
      return logits;
    };
    expect(logitsOf(0)).toEqual(logitsOf(0));
    expect(logitsOf(1)).not.toEqual(logitsOf(0));
    net.apply(weights, batch, { mode: "inference" }).logits.dispose();
    expect(() => net.apply(weights, batch, { mode: "train" })).toThrow(
      "apply: expected options.dropout { seed, step } for a network with dropout in training, got undefined",
    );
    tf.dispose([batch, ...weights.values()]);
  });
});
