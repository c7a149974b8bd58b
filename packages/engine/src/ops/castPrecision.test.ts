import { expectAllClose, expectTensorDelta } from "@apr-kit/testing";
import { beforeAll, describe, expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import { drawNetwork, residualLoss } from "../../test/residualNetwork.ts";
import { availableEngines } from "../availableEngines.ts";
import { startEngine } from "../startEngine.ts";
import { avgPool2d } from "./avgPool2d.ts";
import { batchNormInference } from "./batchNormInference.ts";
import { castPrecision } from "./castPrecision.ts";
import { maxPool2d } from "./maxPool2d.ts";
import { type Precision, precisionOf } from "./precision.ts";

const engines = await availableEngines();
const onTensorFlow = engines.includes("tensorflow") ? describe : describe.skip;

onTensorFlow("castPrecision on tensorflow", () => {
  beforeAll(async () => {
    await startEngine({ engine: "tensorflow", threads: 2 });
  });

  test("rounds to 8 significant bits, ties to even, and comes back exactly", () => {
    tf.tidy(() => {
      const short = castPrecision(
        tf.tensor1d([1, 1 + 2 ** -8, 1 + 3 * 2 ** -8, -3e38]),
        "bfloat16",
      );
      expect(precisionOf(short)).toBe("bfloat16");
      const back = castPrecision(short, "float32");
      expect(precisionOf(back)).toBe("float32");
      expectAllClose(back, [1, 1, 1 + 2 ** -6, -3.004e38], { rtol: 1e-3, atol: 0 });
      expect(back.dataSync()[1]).toBe(1);
    });
  });

  test("gives gradients in the precision of its argument", () => {
    tf.tidy(() => {
      const gradient = tf.grad((x) => castPrecision(x, "bfloat16"))(tf.tensor1d([1, 2]));
      expect(precisionOf(gradient)).toBe("float32");
      expectAllClose(gradient, [1, 1]);
    });
  });

  test("trains a residual network in bfloat16: loss to a percent, gradients along those of float32", () => {
    tf.tidy(() => {
      const { images, labels, weights } = drawNetwork();
      const run = (precision: Precision) =>
        tf.valueAndGrads((...list) => residualLoss(images, labels, list, precision))(weights);
      const [exact, short] = [run("float32"), run("bfloat16")];
      expectAllClose(short.value, exact.value, { rtol: 0.01 });
      exact.grads.forEach((gradient, i) => {
        expect(precisionOf(short.grads[i]!)).toBe("float32");
        // Each value is rounded by up to 0.4 %, some 20 times on the way, and some ReLUs switch.
        const error = tf.norm(tf.sub(short.grads[i]!, gradient)).dataSync()[0]!;
        expect(error / tf.norm(gradient).dataSync()[0]!).toBeLessThan(0.15);
      });
    });
  });

  test("leaves pooling and inference batch norm usable", () => {
    tf.tidy(() => {
      const x = castPrecision(tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1]), "bfloat16");
      const [one, three] = [tf.tensor1d([1]), tf.tensor1d([3])];
      const parameters = { mean: three, variance: one, scale: one, offset: three };
      expectAllClose(maxPool2d(x, { size: 2 }), [4]);
      expectAllClose(avgPool2d(x, { size: 2 }), [2.5]);
      expectAllClose(batchNormInference(x, parameters, { epsilon: 0 }), [1, 2, 3, 4]);
    });
  });

  test("keeps no tensor that it does not return", () => {
    const x = tf.ones([3]);
    expectTensorDelta(() => castPrecision(x, "bfloat16"), 1);
    expectTensorDelta(() => castPrecision(x, "float32"), 1);
    x.dispose();
  });
});

describe("castPrecision elsewhere", () => {
  beforeAll(async () => {
    await startEngine({ engine: "cpu" });
  });

  test("passes float32 through and refuses the rest", () => {
    tf.tidy(() => {
      const x = tf.tensor1d([0.1]);
      expectAllClose(castPrecision(x, "float32"), x, { rtol: 0, atol: 0 });
      expect(() => castPrecision(x, "bfloat16")).toThrow(
        "castPrecision: expected precision to be float32 on engine cpu, got bfloat16",
      );
      expect(() => castPrecision(x, "int8" as never)).toThrow(
        'castPrecision: expected precision to be one of float32, bfloat16, got "int8"',
      );
    });
  });
});
