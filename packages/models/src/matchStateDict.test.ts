import { startEngine } from "@apr-kit/engine";
import { beforeAll, describe, expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import { modelNames } from "./architectures/registry.ts";
import { createModel } from "./createModel.ts";
import { initialParameters } from "./initialParameters.ts";
import { loadStateDict } from "./loadStateDict.ts";
import { isCompleteMatch, matchStateDict } from "./matchStateDict.ts";
import type { Model } from "./model.ts";
import { pyTorchShape } from "./pyTorchLayout.ts";
import { countClasses, recogniseModels } from "./recogniseModel.ts";
import type { HostTensor, HostTensors } from "./safetensors/hostTensor.ts";

const model = createModel("resnet18", { width: 1 / 64, numClasses: 3 });

/** A state dict of `model` with every value 0.5, its names changed by `rename`. */
function stateDict(of: Model, rename = (name: string) => name): Map<string, HostTensor> {
  return new Map(
    of.parameters.map(({ name, shape: ours }) => {
      const shape = pyTorchShape(ours);
      const values = new Float32Array(tf.util.sizeFromShape([...shape])).fill(0.5);
      return [rename(name), { dtype: "F32", shape, values }];
    }),
  );
}

/** As stateDict, without numbers: what matching looks at. */
function shapesOf(of: Model): HostTensors {
  const values = new Float32Array(0);
  return new Map(
    of.parameters.map(({ name, shape }) => [
      name,
      { dtype: "F32", shape: pyTorchShape(shape), values },
    ]),
  );
}

beforeAll(async () => {
  await startEngine({ engine: "cpu" });
});

describe("matchStateDict", () => {
  test.each([
    "module.",
    "_orig_mod.",
    "model.",
    "module.model.",
    "_orig_mod.module.",
    "net.",
    "1.",
  ])("takes the prefix %s off", (prefix) => {
    const match = matchStateDict(
      model,
      stateDict(model, (name) => prefix + name),
    );
    expect(match.prefix).toBe(prefix);
    expect(isCompleteMatch(match)).toBe(true);
    expect([...match.tensors.keys()]).toEqual(model.parameters.map(({ name }) => name));
  });

  test("takes torchvision's and timm's names for kuangliu's, and the reverse", () => {
    const foreign = (name: string) =>
      name.replace(".shortcut.", ".downsample.").replace(/^linear\./, "fc.");
    const match = matchStateDict(model, stateDict(model, foreign));
    expect(isCompleteMatch(match)).toBe(true);
    expect(match.renamed).toContainEqual({ from: "fc.weight", to: "linear.weight" });
    expect(match.renamed).toContainEqual({
      from: "layer2.0.downsample.1.running_var",
      to: "layer2.0.shortcut.1.running_var",
    });
    const imageNet = createModel("resnet50", { width: 1 / 64 });
    const reverse = (name: string) => name.replace(".downsample.", ".shortcut.");
    expect(isCompleteMatch(matchStateDict(imageNet, stateDict(imageNet, reverse)))).toBe(true);
  });

  test.each(["convShortcut", "shortcut"])("takes a wide ResNet's %s", (word) => {
    const wide = createModel("wrn-28-10", { width: 1 / 64 });
    const match = matchStateDict(
      wide,
      stateDict(wide, (name) => name.replace("conv_shortcut", word)),
    );
    expect(isCompleteMatch(match)).toBe(true);
    expect(match.renamed).toHaveLength(3);
  });

  test("reports what is missing, unexpected, of another shape, and ignored", () => {
    const tensors = stateDict(model);
    const weight = tensors.get("linear.weight") as HostTensor;
    tensors.delete("bn1.bias");
    tensors.set("normalize.mean", weight);
    tensors.set("linear.bias", weight);
    tensors.set("bn1.num_batches_tracked", weight);
    const match = matchStateDict(model, tensors);
    expect(match).toMatchObject({
      missing: ["bn1.bias"],
      unexpected: ["normalize.mean"],
      mismatched: [{ name: "linear.bias", expected: [3], actual: [3, 8] }],
      renamed: [],
      ignored: ["bn1.num_batches_tracked"],
    });
    expect(match.tensors.size).toBe(model.parameters.length - 2);
    expect(isCompleteMatch(match)).toBe(false);
  });

  test("keeps two tensors of which one would take the other's name", () => {
    const tensors = stateDict(model, (name) => `module.${name}`);
    tensors.set("conv1.weight", tensors.get("module.conv1.weight") as HostTensor);
    expect(matchStateDict(model, tensors).unexpected).toEqual(["module.conv1.weight"]);
  });
});

describe("loadStateDict", () => {
  test("is strict unless told otherwise", () => {
    const tensors = stateDict(model);
    tensors.delete("bn1.bias");
    const before = tf.memory().numTensors;
    expect(() => loadStateDict(model, tensors)).toThrow(
      "resolveStateDict: expected exactly the 102 parameters of resnet18, got others: missing bn1.bias; " +
        "unexpected none; of another shape none",
    );
    expect(tf.memory().numTensors).toBe(before);
    const { parameters, report } = loadStateDict(model, tensors, { strict: false });
    expect(report.missing).toEqual(["bn1.bias"]);
    expect(parameters.get("bn1.bias")?.dataSync()).toEqual(Float32Array.of(0));
    expect(parameters.get("bn1.weight")?.dataSync()).toEqual(Float32Array.of(0.5));
    tf.dispose([...parameters.values()]);
  });

  test("starts what does not fit as initialParameters does", () => {
    const five = createModel("resnet18", { width: 1 / 64, numClasses: 5 });
    const { parameters } = loadStateDict(five, stateDict(model), { strict: false, seed: 4 });
    const initial = initialParameters(five, { seed: 4 });
    for (const name of ["linear.weight", "linear.bias"]) {
      expect(parameters.get(name)?.dataSync()).toEqual(initial.get(name)?.dataSync());
    }
    tf.dispose([...parameters.values(), ...initial.values()]);
  });

  test("says how many classes a file has, and that a weight is NaN", () => {
    const five = createModel("resnet18", { width: 1 / 64, numClasses: 5 });
    expect(() => loadStateDict(five, stateDict(model))).toThrow(
      "resolveStateDict: expected linear.weight of shape [5, 8], got [3, 8], a network of 3 classes",
    );
    const tensors = stateDict(model);
    tensors.set("bn1.bias", { dtype: "F32", shape: [1], values: Float32Array.of(Number.NaN) });
    expect(() => loadStateDict(model, tensors, { strict: false })).toThrow(
      "expected bn1.bias to hold finite values, got NaN at element 0",
    );
  });
});

describe("what other sources put beside the weights", () => {
  function buffer(...values: number[]): HostTensor {
    return { dtype: "F32", shape: [1, 3, 1, 1], values: Float32Array.from(values) };
  }

  test.each([
    ["", "mu", "sigma"],
    ["module.", "module.mu", "module.sigma"],
    ["model.", "normalize.mean", "normalize.std"],
    ["module.model.", "module.normalizer.mean", "module.normalizer.std"],
  ])(
    "a normalisation before %j, as %s and %s, is reported and needed no more",
    (prefix, mean, std) => {
      const given = stateDict(model, (name) => prefix + name);
      given.set(mean, buffer(0.4914, 0.4822, 0.4465));
      given.set(std, buffer(0.2471, 0.2435, 0.2616));
      const match = matchStateDict(model, given);
      expect(isCompleteMatch(match)).toBe(true);
      expect(match.normalization).toEqual({
        mean: [0.4914, 0.4822, 0.4465],
        std: [0.2471, 0.2435, 0.2616],
      });
      expect(match.ignored).toHaveLength(2);
    },
  );

  test("a normalisation that makes no sense is refused", () => {
    const given = stateDict(model);
    given.set("mu", buffer(0.5, 0.5, 0.5));
    given.set("sigma", buffer(0.5, 0, 0.5));
    expect(() => matchStateDict(model, given)).toThrow(
      "matchStateDict: expected sigma of positive numbers, got 0.5, 0, 0.5",
    );
    given.set("sigma", buffer(0.5));
    expect(() => matchStateDict(model, given)).toThrow(
      "matchStateDict: expected sigma of three finite numbers, got 1",
    );
  });

  test("the block that TRADES' wide networks never run is passed over", () => {
    const wide = createModel("wrn-28-10", { width: 1 / 64 });
    const given = stateDict(wide, (name) => `module.${name}`);
    for (const [name, tensor] of [...given]) {
      if (name.includes(".block1.")) given.set(name.replace("block1", "sub_block1"), tensor);
    }
    const match = matchStateDict(wide, given);
    expect(isCompleteMatch(match)).toBe(true);
    expect(match.ignored).toContain("sub_block1.layer.0.conv1.weight");
  });
});

describe("recogniseModels", () => {
  test.each(modelNames)("knows %s by its names and shapes, with its classes", (name) => {
    const found = recogniseModels(shapesOf(createModel(name, { numClasses: 37 })));
    const twins = ["preact-resnet18", "preact-resnet18-v2"];
    expect(found.map((model) => model.name)).toEqual(twins.includes(name) ? twins : [name]);
    expect(found.every(({ config }) => config.numClasses === 37)).toBe(true);
  });

  test("knows nothing of other networks", () => {
    expect(recogniseModels(shapesOf(model))).toEqual([]);
    expect(recogniseModels(new Map())).toEqual([]);
    expect(countClasses(model, new Map())).toBe(3);
  });
});
