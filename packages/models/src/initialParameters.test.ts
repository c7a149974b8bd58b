import { startEngine } from "@apr-kit/engine";
import { beforeAll, describe, expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import { createModel } from "./createModel.ts";
import { initialParameters } from "./initialParameters.ts";

beforeAll(async () => {
  await startEngine({ engine: "cpu" });
});

/** Values of the initial parameters, by name; nothing is left on the device. */
function initialValues(name: string, { seed = 1, width = 1 / 8 } = {}): Map<string, Float32Array> {
  const parameters = initialParameters(createModel(name, { width }), { seed });
  const values = new Map<string, Float32Array>();
  for (const [key, variable] of parameters) values.set(key, variable.dataSync<"float32">());
  tf.dispose([...parameters.values()]);
  return values;
}

function moments(values: Float32Array): { mean: number; deviation: number; largest: number } {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
  const largest = values.reduce((max, x) => Math.max(max, Math.abs(x)), 0);
  return { mean, deviation: Math.sqrt(variance), largest };
}

describe("initialParameters", () => {
  test("gives resnet18 PyTorch's uniform start", () => {
    const values = initialValues("resnet18");
    const bound = 1 / Math.sqrt(9 * 64);
    const { mean, deviation, largest } = moments(
      values.get("layer4.1.conv2.weight") as Float32Array,
    );
    expect(Math.abs(mean)).toBeLessThan(0.02 * bound);
    expect(deviation / (bound / Math.sqrt(3))).toBeCloseTo(1, 2);
    expect(largest).toBeLessThanOrEqual(bound);
    expect(largest).toBeGreaterThan(0.99 * bound);
    expect(moments(values.get("linear.bias") as Float32Array).largest).toBeGreaterThan(0);
    expect(moments(values.get("linear.bias") as Float32Array).largest).toBeLessThanOrEqual(1 / 8);
  });

  test.each([
    ["wrn-40-2", "block3.layer.5.conv2.weight", Math.sqrt(2 / (9 * 16))],
    ["allconv", "features.17.weight", Math.sqrt(2 / (9 * 24))],
    ["densenet-40-12", "trans2.conv1.weight", Math.sqrt(2 / 52)],
    ["resnext-29-4x32d", "stage_3.2.conv_conv.weight", Math.sqrt(2 / (9 * 64))],
    ["resnext-29-4x32d", "classifier.weight", Math.sqrt(2 / 128)],
  ])("gives %s a normal %s", (name, key, deviation) => {
    const found = moments(initialValues(name).get(key) as Float32Array);
    expect(found.deviation / deviation).toBeCloseTo(1, 1);
    expect(found.largest).toBeGreaterThan(2.5 * deviation); // no uniform with this deviation gets there
  });

  test("starts linear biases at 0 except in PyTorch's own scheme, and convolution biases as PyTorch", () => {
    const values = initialValues("allconv");
    expect(moments(values.get("classifier.bias") as Float32Array).largest).toBe(0);
    const { largest } = moments(values.get("features.3.bias") as Float32Array);
    expect(largest).toBeGreaterThan(0);
    expect(largest).toBeLessThanOrEqual(1 / Math.sqrt(9 * 12));
  });

  test("starts batch norm as the identity", () => {
    const values = initialValues("fastnet");
    const first = (key: string): number[] => [...new Set(values.get(`stem.bn.${key}`))];
    expect(["weight", "bias", "running_mean", "running_var"].map(first)).toEqual([
      [1],
      [0],
      [0],
      [1],
    ]);
  });

  test("depends on seed and name only, not on the model around", () => {
    const width = 1 / 32;
    const resNet = initialValues("resnet18", { width });
    const preAct = initialValues("preact-resnet18", { width });
    expect(preAct.get("layer3.0.conv1.weight")).toEqual(resNet.get("layer3.0.conv1.weight"));
    expect(initialValues("resnet18", { width })).toEqual(resNet);
    const other = initialValues("resnet18", { width, seed: 2 });
    expect(other.get("conv1.weight")).not.toEqual(resNet.get("conv1.weight"));
  });

  test("makes variables in the order of the specs, of which running statistics are not trained", () => {
    const model = createModel("resnet18", { width: 1 / 32 });
    const parameters = initialParameters(model, { seed: 0 });
    expect([...parameters.keys()]).toEqual(model.parameters.map(({ name }) => name));
    const fixed = [...parameters].filter(([, { trainable }]) => !trainable).map(([name]) => name);
    expect(fixed).toHaveLength(40);
    expect(fixed.every((name) => /\.running_(mean|var)$/.test(name))).toBe(true);
    tf.dispose([...parameters.values()]);
  });
});
