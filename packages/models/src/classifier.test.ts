import { asUnitImages } from "@apr-kit/contracts";
import { startEngine } from "@apr-kit/engine";
import { expectAllClose, expectTensorDelta } from "@apr-kit/testing";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import { asPredict } from "./asPredict.ts";
import { type Classifier, loadClassifier, saveClassifier } from "./classifier.ts";
import { createModel } from "./createModel.ts";
import { initialParameters } from "./initialParameters.ts";
import { readSafetensors } from "./safetensors/readSafetensors.ts";
import { writeSafetensors } from "./safetensors/writeSafetensors.ts";

const normalization = { mean: [0.5, 0.25, 0], std: [0.5, 0.25, 1] };
let classifier: Classifier;

beforeAll(async () => {
  await startEngine({ engine: "cpu" });
  const model = createModel("fastnet", { width: 1 / 24, numClasses: 2 });
  const parameters = initialParameters(model, { seed: 1 });
  classifier = { model, parameters, normalization, classNames: ["cat", "dög"] };
});

afterAll(() => {
  tf.dispose([...classifier.parameters.values()]);
});

describe("asPredict", () => {
  test("normalises each channel, then infers", () => {
    const { model, parameters } = classifier;
    const images = asUnitImages(tf.randomUniform([2, 8, 8, 3], 0, 1, "float32", 3));
    const [red, green, blue] = tf.split(images, 3, 3) as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
    const normalized = tf.concat(
      [tf.div(tf.sub(red, 0.5), 0.5), tf.div(tf.sub(green, 0.25), 0.25), blue],
      3,
    );
    const plain = asPredict(model, parameters, { mean: [0, 0, 0], std: [1, 1, 1] });
    const predict = asPredict(model, parameters, normalization);
    expectAllClose(predict(images), plain(asUnitImages(normalized)));
    expectTensorDelta(() => predict(images), 1);
    expect(Math.max(...tf.abs(tf.sub(predict(images), plain(images))).dataSync())).toBeGreaterThan(
      1e-3,
    );
  });

  test.each([
    [{ mean: [0, 0], std: [1, 1, 1] }, "mean of three finite numbers, got [0,0]"],
    [{ mean: [0, 0, Number.NaN], std: [1, 1, 1] }, "mean of three finite numbers, got [0,0,NaN]"],
    [{ mean: [0, 0, 0], std: [1, 0, 1] }, "std of three positive numbers, got [1,0,1]"],
  ])("refuses %j", (wrong, message) => {
    expect(() => asPredict(classifier.model, classifier.parameters, wrong)).toThrow(
      `asPredict: expected ${message}`,
    );
  });
});

describe("saveClassifier and loadClassifier", () => {
  test("give back network, weights, normalisation and class names", async () => {
    const bytes = await saveClassifier(classifier);
    const restored = loadClassifier(bytes);
    const { name, config, parameters } = restored.model;
    expect({ name, config }).toEqual({
      name: "fastnet",
      config: { numClasses: 2, width: 1 / 24 },
    });
    expect(parameters).toEqual(classifier.model.parameters);
    expect(restored.normalization).toEqual(normalization);
    expect(restored.classNames).toEqual(["cat", "dög"]);
    expect(await saveClassifier(restored)).toEqual(bytes);
    tf.dispose([...restored.parameters.values()]);
  });

  test("refuse class names that do not fit", async () => {
    await expect(saveClassifier({ ...classifier, classNames: ["cat"] })).rejects.toThrow(
      'saveClassifier: expected 2 class names, got ["cat"]',
    );
  });

  test.each([
    ["apr-kit.architecture", "vgg", 'name to be one of fastnet, .*, got "vgg"'],
    ["apr-kit.config", "{", 'apr-kit.config in JSON, got "\\{"'],
    ["apr-kit.config", "3", 'apr-kit.config of an object, got "3"'],
    [
      "apr-kit.config",
      '{"numClasses":1e999,"width":1}',
      "numClasses to be an integer ≥ 1, got Infinity",
    ],
    ["apr-kit.normalization", "{}", "mean of three finite numbers, got undefined"],
    ["apr-kit.classNames", "[1,2]", "2 class names, got \\[1,2\\]"],
  ])("refuse a file whose %s is %s", async (key, text, message) => {
    const { tensors, metadata } = readSafetensors(await saveClassifier(classifier));
    const bytes = writeSafetensors({ tensors, metadata: { ...metadata, [key]: text } });
    expect(() => loadClassifier(bytes)).toThrow(new RegExp(message));
  });

  test("refuse a file of someone else's", () => {
    const bytes = writeSafetensors({ tensors: new Map(), metadata: { format: "pt" } });
    expect(() => loadClassifier(bytes)).toThrow(
      'loadClassifier: expected metadata apr-kit.config, which saveClassifier writes, got ["format"]',
    );
  });
});
