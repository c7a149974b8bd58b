import { expectAllClose, expectTensorDelta } from "@apr-kit/testing";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import { availableEngines } from "../src/availableEngines.ts";
import { avgPool2d } from "../src/ops/avgPool2d.ts";
import { batchNormInference } from "../src/ops/batchNormInference.ts";
import { batchNormTraining } from "../src/ops/batchNormTraining.ts";
import { conv2d } from "../src/ops/conv2d.ts";
import { maxPool2d } from "../src/ops/maxPool2d.ts";
import { type SgdState, sgdNesterov } from "../src/ops/sgdNesterov.ts";
import { softmaxCrossEntropy } from "../src/ops/softmaxCrossEntropy.ts";
import { startEngine } from "../src/startEngine.ts";
import { golden, load, type Stored } from "./opsGolden.ts";

const engines = await availableEngines();

/** Value of `f` and the gradients that `dy` pulls back to each input. */
function pullBack(f: (...x: tf.Tensor[]) => tf.Tensor, inputs: Stored[], dy: Stored) {
  const tensors = inputs.map((input) => load(input));
  return { y: f(...tensors), gradients: tf.grads(f)(tensors, load(dy)) };
}

describe.each(engines)("on %s", (engine) => {
  beforeAll(async () => {
    await startEngine({ engine, threads: 2 });
  });

  describe("conv2d", () => {
    test.each(golden.conv2d)("equals PyTorch, gradients too, with $options", (stored) => {
      tf.tidy(() => {
        const run = (x: tf.Tensor, filter: tf.Tensor) =>
          conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, stored.options);
        const { y, gradients } = pullBack(
          run as (...x: tf.Tensor[]) => tf.Tensor,
          [stored.x, stored.filter],
          stored.dy,
        );
        expectAllClose(y, load(stored.y), { atol: 1e-4 });
        expectAllClose(gradients[0]!, load(stored.dx), { atol: 1e-4 });
        expectAllClose(gradients[1]!, load(stored.dFilter), { atol: 1e-4 });
      });
    });

    test("of an impulse writes the filter out, turned by 180°", () => {
      tf.tidy(() => {
        const impulse = tf.tensor4d([0, 0, 0, 0, 1, 0, 0, 0, 0], [1, 3, 3, 1]);
        const filter = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8, 9], [3, 3, 1, 1]);
        const out = conv2d(impulse, filter, { padding: 1 });
        expectAllClose(out, [9, 8, 7, 6, 5, 4, 3, 2, 1]);
      });
    });

    test("refuses what it cannot convolve and says so", () => {
      tf.tidy(() => {
        const x = tf.zeros<tf.Rank.R4>([1, 4, 4, 3]);
        const filter = tf.zeros<tf.Rank.R4>([3, 3, 3, 4]);
        expect(() => conv2d(tf.zeros([4, 4, 3]) as never, filter)).toThrow(
          "conv2d: expected images of shape [batch, height, width, channel], got [4, 4, 3]",
        );
        expect(() => conv2d(x, filter, { groups: 2 })).toThrow(
          "conv2d: expected images of 6 channels for filter [3, 3, 3, 4] in 2 group(s), got [1, 4, 4, 3]",
        );
        expect(() => conv2d(x, filter, { stride: 0 })).toThrow(
          "conv2d: expected options.stride a whole number ≥ 1, got 0",
        );
        expect(() => conv2d(x, filter, { padding: Number.NaN })).toThrow("got NaN");
        expect(() => conv2d(x, tf.zeros<tf.Rank.R4>([5, 5, 3, 4]))).toThrow(
          "conv2d: expected images of at least [5, 5] pixels after padding by 0, got [1, 4, 4, 3]",
        );
        const odd = tf.zeros<tf.Rank.R4>([1, 1, 1, 3]);
        expect(() => conv2d(tf.zeros([1, 4, 4, 2]), odd, { groups: 2 })).toThrow(
          "conv2d: expected options.groups to divide the 3 output channels, got 2",
        );
      });
    });
  });

  describe("batchNormTraining", () => {
    const stored = golden.batchNorm;

    test("equals PyTorch: output, biased statistics and gradients", () => {
      tf.tidy(() => {
        const run = (x: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor) =>
          batchNormTraining(x as tf.Tensor4D, scale as tf.Tensor1D, offset as tf.Tensor1D);
        const { mean, variance } = run(load(stored.x), load(stored.scale), load(stored.offset));
        expectAllClose(mean, load(stored.mean));
        expectAllClose(variance, load(stored.variance));
        const { y, gradients } = pullBack(
          (...x) => run(x[0]!, x[1]!, x[2]!).output,
          [stored.x, stored.scale, stored.offset],
          stored.dy,
        );
        expectAllClose(y, load(stored.y));
        expectAllClose(gradients[0]!, load(stored.dx));
        expectAllClose(gradients[1]!, load(stored.dScale));
        expectAllClose(gradients[2]!, load(stored.dOffset));
      });
    });

    test("lets no gradient through its statistics", () => {
      tf.tidy(() => {
        const [scale, offset] = [load<tf.Tensor1D>(stored.scale), load<tf.Tensor1D>(stored.offset)];
        const gradient = tf.grad((x) => {
          const { output, mean, variance } = batchNormTraining(x as tf.Tensor4D, scale, offset);
          const statistics = tf.sum(tf.add(mean, variance));
          return tf.add(tf.mul(tf.sum(output), 0), statistics) as tf.Tensor;
        })(load(stored.x));
        expectAllClose(gradient, tf.zerosLike(gradient));
      });
    });

    test("gives the offset for a single value per channel", () => {
      tf.tidy(() => {
        const one = tf.tensor1d([1, 1]);
        const { output, variance } = batchNormTraining(
          tf.tensor4d([3, -5], [1, 1, 1, 2]),
          one,
          tf.tensor1d([0.25, 4]),
        );
        expectAllClose(output, [0.25, 4]);
        expectAllClose(variance, [0, 0]);
      });
    });

    test("refuses scales of the wrong length", () => {
      tf.tidy(() => {
        const x = load<tf.Tensor4D>(stored.x);
        expect(() => batchNormTraining(x, tf.zeros([5]), tf.zeros([6]))).toThrow(
          "batchNormTraining: expected scale of shape [6], one value per channel, got [5]",
        );
      });
    });
  });

  test("batchNormInference has the gradients of its formula, for all five inputs", () => {
    tf.tidy(() => {
      const { x, scale, offset, mean, variance, dy } = golden.batchNorm;
      const inputs = [x, mean, variance, scale, offset];
      const own = pullBack(
        (...t) =>
          batchNormInference(t[0] as tf.Tensor4D, {
            mean: t[1] as tf.Tensor1D,
            variance: t[2] as tf.Tensor1D,
            scale: t[3] as tf.Tensor1D,
            offset: t[4] as tf.Tensor1D,
          }),
        inputs,
        dy,
      );
      const formula = pullBack(
        (...t) =>
          tf.add(tf.mul(tf.div(tf.sub(t[0]!, t[1]!), tf.sqrt(tf.add(t[2]!, 1e-5))), t[3]!), t[4]!),
        inputs,
        dy,
      );
      expectAllClose(own.y, formula.y);
      own.gradients.forEach((gradient, i) => {
        expectAllClose(gradient, formula.gradients[i]!, { atol: 1e-4 });
      });
    });
  });

  describe.each([
    { name: "maxPool2d" as const, pool: maxPool2d },
    { name: "avgPool2d" as const, pool: avgPool2d },
  ])("$name", ({ name, pool }) => {
    test.each(golden[name])("equals PyTorch, gradient too, with $options", (stored) => {
      tf.tidy(() => {
        const { y, gradients } = pullBack(
          (...x) => pool(x[0] as tf.Tensor4D, stored.options),
          [stored.x],
          stored.dy,
        );
        expectAllClose(y, load(stored.y));
        expectAllClose(gradients[0]!, load(stored.dx));
      });
    });

    test("refuses a window that does not fit", () => {
      tf.tidy(() => {
        const x = tf.zeros<tf.Rank.R4>([1, 4, 4, 1]);
        expect(() => pool(x, { size: 5 })).toThrow(
          `${name}: expected images of at least [5, 5] pixels after padding by 0, got [1, 4, 4, 1]`,
        );
        expect(() => pool(x, { size: 2, padding: 2 })).toThrow(
          `${name}: expected options.padding of at most half the window of 2, got 2`,
        );
      });
    });
  });

  test("maxPool2d gives the gradient of equal values to the first, in row-major order", () => {
    tf.tidy(() => {
      const gradient = tf.grad((x) => maxPool2d(x as tf.Tensor4D, { size: 2 }));
      expectAllClose(gradient(tf.ones([1, 2, 2, 1])), [1, 0, 0, 0]);
    });
  });

  describe("softmaxCrossEntropy", () => {
    test.each(golden.softmaxCrossEntropy)(
      "equals PyTorch, gradient too, with smoothing $labelSmoothing",
      ({ logits, labels, losses, dy, dLogits, labelSmoothing }) => {
        tf.tidy(() => {
          const indices = load<tf.Tensor1D>(labels, "int32");
          const { y, gradients } = pullBack(
            (...x) => softmaxCrossEntropy(x[0] as tf.Tensor2D, indices, { labelSmoothing }),
            [logits],
            dy,
          );
          expectAllClose(y, load(losses));
          expectAllClose(gradients[0]!, load(dLogits));
        });
      },
    );

    test("stays finite for logits of ±1000", () => {
      tf.tidy(() => {
        const logits = tf.tensor2d([[1000, -1000]]);
        expectAllClose(softmaxCrossEntropy(logits, tf.tensor1d([1], "int32")), [2000]);
      });
    });

    test.each([0, 0.1])(
      "refuses a label outside the classes, with smoothing %p",
      (labelSmoothing) => {
        tf.tidy(() => {
          const labels = tf.tensor1d([0, 3], "int32");
          expect(() => softmaxCrossEntropy(tf.zeros([2, 3]), labels, { labelSmoothing })).toThrow(
            /label.*3/,
          );
        });
      },
    );

    test("refuses labels that are not int32, one per row", () => {
      tf.tidy(() => {
        const logits = tf.zeros<tf.Rank.R2>([2, 3]);
        expect(() => softmaxCrossEntropy(logits, tf.tensor1d([0, 1]))).toThrow(
          "softmaxCrossEntropy: expected labels of dtype int32, got float32",
        );
        expect(() => softmaxCrossEntropy(logits, tf.tensor1d([0], "int32"))).toThrow(
          "softmaxCrossEntropy: expected labels of shape [2], one per row of logits, got [1]",
        );
      });
    });
  });

  test("sgdNesterov takes three steps as torch.optim.SGD does", () => {
    const { before, gradients, after } = golden.sgdNesterov;
    const options = { learningRate: 0.1, momentum: 0.9, weightDecay: 0.05 };
    tf.tidy(() => {
      const zeros = tf.zeros(before.shape);
      let state: SgdState = { weights: [load(before)], velocities: [zeros] };
      for (const gradient of gradients) state = sgdNesterov(state, [load(gradient)], options);
      expectAllClose(state.weights[0]!, load(after));
    });
  });

  test("sgdNesterov steps each of many parameters by its own gradient and velocity", () => {
    const options = { learningRate: 0.5, momentum: 0.5, weightDecay: 0.25 };
    tf.tidy(() => {
      const weights = [tf.tensor1d([4, 8]), tf.scalar(16), tf.zeros([100_000])];
      const velocities = [tf.tensor1d([2, 4]), tf.scalar(0), tf.ones([100_000])];
      const gradients = [tf.tensor1d([1, 2]), tf.scalar(-4), tf.ones([100_000])];
      const next = sgdNesterov({ weights, velocities }, gradients, options);
      expectAllClose(next.velocities[0]!, [3, 6]); // slope [2, 4]
      expectAllClose(next.weights[0]!, [2.25, 4.5]);
      expectAllClose(next.velocities[1]!, [0]);
      expectAllClose(next.weights[1]!, [16]);
      expectAllClose(next.weights[2]!, tf.fill([100_000], -0.875)); // slope 1, velocity 1.5
    });
  });

  test("sgdNesterov takes its learning rate as a number or as a tensor, for one parameter or many", () => {
    tf.tidy(() => {
      const [a, b] = [tf.tensor1d([4, 8]), tf.tensor1d([1, -2])];
      for (const list of [[a], [a, b]]) {
        const state = { weights: list, velocities: list };
        const others = { momentum: 0.9, weightDecay: 0.1 };
        const number = sgdNesterov(state, list, { ...others, learningRate: 0.25 });
        const tensor = sgdNesterov(state, list, { ...others, learningRate: tf.scalar(0.25) });
        list.forEach((_, i) => {
          expect(tensor.weights[i]!.dataSync()).toEqual(number.weights[i]!.dataSync());
          expect(tensor.velocities[i]!.dataSync()).toEqual(number.velocities[i]!.dataSync());
        });
      }
    });
  });

  test("sgdNesterov refuses lists that do not fit together", () => {
    const options = { learningRate: 0.1, momentum: 0.9, weightDecay: 0 };
    tf.tidy(() => {
      const state = { weights: [tf.zeros([2])], velocities: [tf.zeros([2])] };
      const rates = tf.zeros([2]) as tf.Tensor as tf.Scalar;
      expect(() =>
        sgdNesterov(state, [tf.zeros([2])], { ...options, learningRate: rates }),
      ).toThrow("sgdNesterov: expected learningRate to be a number or a scalar, got [2]");
      expect(() => sgdNesterov(state, [], options)).toThrow(
        "sgdNesterov: expected gradients of the weights' shapes [2], got []",
      );
    });
  });

  describe("keeps no tensor that it does not return", () => {
    const make = () => ({
      x: load<tf.Tensor4D>(golden.batchNorm.x),
      scale: load<tf.Tensor1D>(golden.batchNorm.scale),
      offset: load<tf.Tensor1D>(golden.batchNorm.offset),
      variance: tf.ones<tf.Rank.R1>([6]),
      filter: tf.ones<tf.Rank.R4>([3, 3, 3, 4]),
      logits: tf.zeros<tf.Rank.R2>([5, 7]),
      labels: tf.tensor1d([1, 2, 3, 4, 5], "int32"),
    });
    type Given = ReturnType<typeof make>;
    let given: Given;
    beforeAll(() => {
      given = make();
    });
    afterAll(() => tf.dispose(given));

    test.each<[string, number, (given: Given) => tf.TensorContainer]>([
      ["conv2d", 1, ({ x, filter }) => conv2d(x, filter, { groups: 2, stride: 2, padding: 1 })],
      [
        "batchNormTraining",
        3,
        ({ x, scale, offset }) => ({ ...batchNormTraining(x, scale, offset) }),
      ],
      [
        "batchNormInference",
        1,
        ({ x, ...rest }) => batchNormInference(x, { ...rest, mean: rest.scale }),
      ],
      ["maxPool2d", 1, ({ x }) => maxPool2d(x, { size: 3, padding: 1 })],
      ["avgPool2d", 1, ({ x }) => avgPool2d(x, { size: 3, padding: 1 })],
      [
        "softmaxCrossEntropy",
        1,
        ({ logits, labels }) => softmaxCrossEntropy(logits, labels, { labelSmoothing: 0.1 }),
      ],
      [
        "sgdNesterov",
        2,
        ({ x }) => {
          const options = { learningRate: 0.1, momentum: 0.9, weightDecay: 0 };
          const next = sgdNesterov({ weights: [x], velocities: [x] }, [x], options);
          return [...next.weights, ...next.velocities];
        },
      ],
      [
        "a gradient through all",
        2,
        ({ x, filter }) =>
          tf.grads((image, weight) => {
            const options = { groups: 2, stride: 2, padding: 1 };
            const hidden = conv2d(image as tf.Tensor4D, weight as tf.Tensor4D, options);
            const { output } = batchNormTraining(hidden, tf.ones([4]), tf.zeros([4]));
            const pooled = avgPool2d(maxPool2d(tf.relu(output), { size: 2, padding: 1 }), {
              size: 2,
            });
            const scores = tf.mean<tf.Tensor2D>(pooled, [1, 2]);
            return tf.mean(softmaxCrossEntropy(scores, tf.tensor1d([0, 1, 2], "int32")));
          })([x, filter]),
      ],
    ])("%s", (_, count, run) => {
      expectTensorDelta(() => run(given), count);
    });
  });
});
