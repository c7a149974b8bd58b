import { startEngine } from "@apr-kit/engine";
import { expectAllClose } from "@apr-kit/testing";
import { beforeAll, describe, expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import { updateRunningStatistics } from "./updateRunningStatistics.ts";

beforeAll(async () => {
  await startEngine({ engine: "cpu" });
});

const running = (values: number[]) =>
  new Map([["bn.running_mean", tf.variable(tf.tensor1d(values), false)]]);

describe("updateRunningStatistics", () => {
  test("moves a tenth of the way, in place, and leaves nothing behind", () => {
    const parameters = running([1, 2]);
    const statistics = { "bn.running_mean": tf.tensor1d([11, -8]) };
    const before = tf.memory().numTensors;
    updateRunningStatistics(parameters, statistics);
    expectAllClose(parameters.get("bn.running_mean") as tf.Tensor, [2, 1]);
    updateRunningStatistics(parameters, statistics, { momentum: 1 });
    expectAllClose(parameters.get("bn.running_mean") as tf.Tensor, [11, -8]);
    expect(tf.memory().numTensors).toBe(before);
  });

  test.each([-0.1, 1.1, Number.NaN])("refuses momentum %p", (momentum) => {
    expect(() => updateRunningStatistics(new Map(), {}, { momentum })).toThrow(
      `updateRunningStatistics: expected momentum in [0, 1], got ${momentum}`,
    );
  });

  test("changes nothing if one statistic has no variable of its shape", () => {
    const parameters = running([1]);
    const ok = { "bn.running_mean": tf.tensor1d([5]) };
    const update = (
      more: Record<string, tf.Tensor1D>,
      tensors: Map<string, tf.Tensor> = parameters,
    ) => expect(() => updateRunningStatistics(tensors, { ...ok, ...more }));
    update({ "x.running_var": tf.tensor1d([1]) }).toThrow(
      "updateRunningStatistics: expected parameters to hold a variable x.running_var, got none",
    );
    update({}, new Map([["bn.running_mean", tf.tensor1d([1])]])).toThrow(
      "got a tensor, which cannot be changed",
    );
    update({ "bn.running_mean": tf.tensor1d([1, 2]) }).toThrow(
      "updateRunningStatistics: expected a statistic bn.running_mean of shape [1], got [2]",
    );
    expectAllClose(parameters.get("bn.running_mean") as tf.Tensor, [1]);
  });
});
