import { afterEach, expect, jest, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import { availableEngines } from "../availableEngines.ts";
import { startEngine } from "../startEngine.ts";
import { Kernel } from "./kernels.ts";
import { registerOpKernels } from "./registerOpKernels.ts";

const engines = await availableEngines();

afterEach(() => {
  jest.restoreAllMocks();
});

test("registerOpKernels() before any backend exists registers every kernel of ours, and no stock one", () => {
  registerOpKernels();
  const ofTensorFlowOnly: readonly string[] = [
    Kernel.batchNormRelu,
    Kernel.batchNormAddRelu,
    Kernel.batchNormReluGradient,
    Kernel.batchNormInferenceRelu,
    Kernel.castPrecision,
    Kernel.conv2dFused,
    Kernel.conv2dFusedAdd,
    Kernel.maxPool2dWithWinner,
    Kernel.maxPool2dWinnerGradient,
    Kernel.movingAverage,
    Kernel.sgdNesterovAll,
  ];
  const shared = Object.values(Kernel).filter((name) => !ofTensorFlowOnly.includes(name));
  for (const backend of ["tensorflow", "wasm", "cpu"]) {
    expect(shared.filter((name) => tf.getKernel(name, backend) === undefined)).toEqual([]);
  }
  expect(tf.getKernel(tf.Relu, "tensorflow")).toBeUndefined();
  expect(tf.getGradient(tf.Add)).toBeDefined();
});

test.each(engines)(
  "registerOpKernels() after %s was started changes nothing and warns of nothing",
  async (engine) => {
    const warn = jest.spyOn(console, "warn").mockImplementation(() => undefined);
    await startEngine({ engine });
    const look = () => [
      tf.getKernel(tf.Relu, engine),
      tf.getGradient(tf.Relu),
      tf.getGradient(tf.Mean),
    ];
    const before = look();
    registerOpKernels();
    look().forEach((entry, i) => {
      expect(entry).toBe(before[i]);
    });
    expect(warn.mock.calls.filter(([text]) => /already registered/.test(String(text)))).toEqual([]);
  },
);
