import { startEngine } from "@apr-kit/engine";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import { createModel } from "./createModel.ts";
import { initialParameters } from "./initialParameters.ts";
import type { HostTensor, HostTensors } from "./safetensors/hostTensor.ts";
import { fromStateDict, toStateDict } from "./stateDict.ts";

const model = createModel("fastnet", { width: 1 / 24, numClasses: 3 });
let parameters: Map<string, tf.Variable>;
let state: HostTensors;

beforeAll(async () => {
  await startEngine({ engine: "cpu" });
  parameters = initialParameters(model, { seed: 1 });
  state = await toStateDict(model, parameters);
});

afterAll(() => {
  tf.dispose([...parameters.values()]);
});

const changed = (name: string, tensor: HostTensor): HostTensors => new Map(state).set(name, tensor);

describe("toStateDict and fromStateDict", () => {
  test("give back the same variables", () => {
    const restored = fromStateDict(model, state);
    expect([...restored.keys()]).toEqual([...parameters.keys()]);
    for (const [name, variable] of restored) {
      expect(variable.dataSync()).toEqual(parameters.get(name)?.dataSync());
      expect(variable.trainable).toBe(parameters.get(name)?.trainable);
      variable.dispose();
    }
  });

  test("speak PyTorch's layout", () => {
    expect(state.get("stage1.conv.weight")?.shape).toEqual([2, 1, 3, 3]);
    expect(state.get("linear.weight")?.shape).toEqual([3, 8]);
    expect(state.get("stem.bn.running_var")).toEqual({
      dtype: "F32",
      shape: [1],
      values: Float32Array.of(1),
    });
  });

  test("take half precision and pass over PyTorch's counters", () => {
    const counter: HostTensor = { dtype: "I64", shape: [], values: BigInt64Array.of(7n) };
    const half: HostTensor = { dtype: "F16", shape: [1], values: Float32Array.of(0.5) };
    const tensors = new Map(changed("stem.bn.weight", half)).set(
      "stem.bn.num_batches_tracked",
      counter,
    );
    const restored = fromStateDict(model, tensors);
    expect(restored.get("stem.bn.weight")?.dataSync()).toEqual(Float32Array.of(0.5));
    tf.dispose([...restored.values()]);
  });
});

describe("fromStateDict", () => {
  test("names a weight of another number of classes", () => {
    const other = createModel("fastnet", { width: 1 / 24, numClasses: 5 });
    expect(() => fromStateDict(other, state)).toThrow(
      "fromStateDict: expected linear.weight of shape [5, 8], got [3, 8]",
    );
  });

  test("lists missing and unexpected names", () => {
    const prefixed = new Map([...state].map(([name, tensor]) => [`module.${name}`, tensor]));
    expect(() => fromStateDict(model, prefixed)).toThrow(
      /got 41: missing stem\.conv\.weight, .* and 36 more; unexpected module\.stem\.conv\.weight, /,
    );
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])("flags a weight of %p", (value) => {
    const tensors = changed("stem.bn.weight", {
      dtype: "F32",
      shape: [1],
      values: Float32Array.of(value),
    });
    expect(() => fromStateDict(model, tensors)).toThrow(
      `fromStateDict: expected stem.bn.weight to hold finite values, got ${value} at element 0`,
    );
  });

  test("refuses whole-number weights, and leaves nothing on the device", () => {
    const before = tf.memory().numTensors;
    const tensors = changed("stem.bn.weight", {
      dtype: "U8",
      shape: [1],
      values: Uint8Array.of(1),
    });
    expect(() => fromStateDict(model, tensors)).toThrow(
      "fromStateDict: expected stem.bn.weight of a float dtype, got U8",
    );
    expect(tf.memory().numTensors).toBe(before);
  });
});
