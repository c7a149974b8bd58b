import { expectAllClose, expectTensorDelta, type Tolerance } from "@apr-kit/testing";
import { beforeAll, describe, expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import { availableEngines } from "../src/availableEngines.ts";
import { batchNormInference } from "../src/ops/batchNormInference.ts";
import { batchNormReluTraining } from "../src/ops/batchNormReluTraining.ts";
import { batchNormTraining } from "../src/ops/batchNormTraining.ts";
import { castPrecision } from "../src/ops/castPrecision.ts";
import { conv2d } from "../src/ops/conv2d.ts";
import { fusedConv2d } from "../src/ops/fusedConv2d.ts";
import { movingAverage } from "../src/ops/movingAverage.ts";
import { fusesConvolutions } from "../src/ops/ownOperations.ts";
import type { Precision } from "../src/ops/precision.ts";
import { startEngine } from "../src/startEngine.ts";

const engines = await availableEngines();

/** bfloat16 keeps 8 bits, and the composed form rounds between its operations. */
const TOLERANCES: Record<Precision, Required<Tolerance>> = {
  float32: { rtol: 1e-4, atol: 2e-5 },
  bfloat16: { rtol: 0.03, atol: 0.03 },
};

const draw = <TRank extends tf.Rank>(shape: number[], seed: number, mean = 0) =>
  tf.randomNormal<TRank>(shape as tf.ShapeMap[TRank], mean, 1, "float32", seed);

/** Output and gradients of f, whose maps and filters are in `precision`. */
function pullBack(
  f: (...inputs: tf.Tensor[]) => tf.Tensor,
  inputs: tf.Tensor[],
  precision: Precision,
): tf.Tensor[] {
  const run = (...list: tf.Tensor[]) => {
    const cast = list.map((x) => (x.rank === 4 ? castPrecision(x, precision) : x));
    return castPrecision(f(...cast), "float32");
  };
  const output = run(...inputs);
  return [output, ...tf.grads(run)(inputs, draw(output.shape, 9))];
}

describe.each(engines)("on %s", (engine) => {
  const precisions =
    engine === "tensorflow" ? (["float32", "bfloat16"] as const) : (["float32"] as const);
  beforeAll(async () => {
    await startEngine({ engine, threads: 2 });
  });

  // Channels that fill vectors, that do so together with other pixels, and that leave an incomplete row; several pieces.
  const shapes = [
    [2, 4, 4, 16],
    [3, 3, 3, 24],
    [1, 7, 1, 5],
    [3, 5, 3, 33],
    [5, 24, 24, 12],
    [1, 31, 31, 48],
  ].map((shape) => ({ shape }));

  describe.each(shapes)("of maps $shape", ({ shape }) => {
    const channels = shape[3] as number;
    const inputs = () => [
      draw(shape, 1, 3),
      draw([channels], 2, 1),
      draw([channels], 3),
      draw(shape, 4),
    ];

    test.each([true, false])(
      "batchNormReluTraining is three operations in one; addition %s",
      (adds) => {
        for (const precision of precisions) {
          tf.tidy(() => {
            const given = inputs().slice(0, adds ? 4 : 3);
            // From rounded maps on, so that both forms see the same numbers.
            const maps = given.map((x) =>
              x.rank === 4 ? castPrecision(castPrecision(x, precision), "float32") : x,
            );
            type Three = [tf.Tensor4D, tf.Tensor1D, tf.Tensor1D];
            const fused = (...[x, scale, offset, other]: tf.Tensor[]) =>
              batchNormReluTraining(...([x, scale, offset] as Three), {
                ...(other && { other: other as tf.Tensor4D }),
              });
            const composed = (...[x, scale, offset, other]: tf.Tensor[]) => {
              const all = [x, scale, offset].map((t) => castPrecision(t!, "float32")) as Three;
              const normal = batchNormTraining(...all);
              const sum = other
                ? tf.add(normal.output, castPrecision(other, "float32"))
                : normal.output;
              return { ...normal, output: tf.relu(sum) };
            };
            const [own, theirs] = [fused, composed].map((f) => f(...maps));
            expectAllClose(own!.mean, theirs!.mean, TOLERANCES.float32);
            expectAllClose(own!.variance, theirs!.variance, TOLERANCES.float32);
            const actual = pullBack((...list) => fused(...list).output, maps, precision);
            const expected = pullBack((...list) => composed(...list).output, maps, precision);
            const tolerance = TOLERANCES[precision];
            actual.forEach((values, i) => {
              // Sums over all pixels: bounded by the length of what was summed.
              const scale = i === 2 || i === 3 ? Math.sqrt(maps[0]!.size / channels) : 1;
              expectAllClose(values, expected[i]!, {
                rtol: tolerance.rtol,
                atol: tolerance.atol * scale,
              });
            });
          });
        }
      },
    );
  });

  test("batchNormReluTraining's gradients are the slopes of its output", () => {
    tf.tidy(() => {
      const inputs = [draw([4, 4, 4, 3], 1), draw([3], 2, 1), draw([3], 3), draw([4, 4, 4, 3], 4)];
      const weights = draw([4, 4, 4, 3], 5);
      const value = (...[x, scale, offset, other]: tf.Tensor[]) =>
        tf.sum(
          tf.mul(
            weights,
            batchNormReluTraining(x as tf.Tensor4D, scale as tf.Tensor1D, offset as tf.Tensor1D, {
              other: other as tf.Tensor4D,
            }).output,
          ),
        );
      const gradients = tf.grads(value)(inputs);
      inputs.forEach((input, i) => {
        const direction = draw(input.shape, 20 + i);
        const at = (step: number) =>
          value(
            ...inputs.map((t, j) => (j === i ? tf.add(t, tf.mul(direction, step)) : t)),
          ).dataSync()[0] as number;
        const slope = tf.sum(tf.mul(gradients[i]!, direction)).dataSync()[0] as number;
        const step = 2e-3;
        // A ReLU that switches within the step moves the quotient a little.
        const scale = Math.sqrt(input.size);
        expect(Math.abs((at(step) - at(-step)) / (2 * step) - slope)).toBeLessThan(0.05 * scale);
      });
    });
  });

  test("a NaN passes through batchNormReluTraining's channel, and through no other", () => {
    tf.tidy(() => {
      const x = tf.tensor4d([1, 2, Number.NaN, 3, -1, 5], [1, 3, 1, 2]);
      const one = tf.ones<tf.Rank.R1>([2]);
      const { output, mean, variance } = batchNormReluTraining(x, one, tf.zeros([2]));
      const first = [...output.dataSync()].filter((_, i) => i % 2 === 0);
      const second = [...output.dataSync()].filter((_, i) => i % 2 === 1);
      expect(first).toEqual([Number.NaN, Number.NaN, Number.NaN]);
      expect(second.every(Number.isFinite)).toBe(true);
      expect(mean.dataSync()[0]).toBeNaN();
      expect(variance.dataSync()[0]).toBeNaN();
      const gradient = tf.grad((t) => batchNormReluTraining(t as tf.Tensor4D, one, one).output)(x);
      const nan = [...gradient.dataSync()].map(Number.isNaN);
      expect(nan).toEqual([true, false, true, false, true, false]);
      const other = tf.tensor4d([0, Number.NaN, 0, 0, 0, 0], [1, 3, 1, 2]);
      const added = batchNormReluTraining(tf.ones([1, 3, 1, 2]), one, one, { other });
      expect([...added.output.dataSync()].map(Number.isNaN)).toEqual(
        [0, 1, 0, 0, 0, 0].map(Boolean),
      );
    });
  });

  test("batchNormReluTraining keeps a small variance about a large mean", () => {
    tf.tidy(() => {
      const near = tf.add(draw<tf.Rank.R4>([4, 16, 16, 8], 1), 1000) as tf.Tensor4D;
      const one = tf.ones<tf.Rank.R1>([8]);
      const { variance } = batchNormReluTraining(near, one, one);
      expectAllClose(variance, tf.moments(tf.sub(near, 1000), [0, 1, 2]).variance, { rtol: 1e-3 });
    });
  });

  test("batchNormReluTraining refuses another tensor of another shape", () => {
    tf.tidy(() => {
      const one = tf.ones<tf.Rank.R1>([2]);
      const other = tf.zeros<tf.Rank.R4>([1, 2, 2, 2]);
      expect(() => batchNormReluTraining(tf.zeros([1, 2, 3, 2]), one, one, { other })).toThrow(
        "batchNormReluTraining: expected options.other of x's shape [1, 2, 3, 2], got [1, 2, 2, 2]",
      );
    });
  });

  test("batchNormInference with ReLU is both operations, gradients included", () => {
    tf.tidy(() => {
      const channels = 21;
      const per = (seed: number, mean = 0) => draw<tf.Rank.R1>([channels], seed, mean);
      const inputs = [draw([2, 5, 3, channels], 1), per(2), tf.square(per(3)), per(4, 1), per(5)];
      for (const precision of precisions) {
        const run = (relu: boolean) =>
          pullBack(
            (x, mean, variance, scale, offset) => {
              const given = { mean, variance, scale, offset } as Record<
                "mean" | "variance" | "scale" | "offset",
                tf.Tensor1D
              >;
              const options = { epsilon: 0.1, relu };
              const normal = batchNormInference(x as tf.Tensor4D, given, options);
              return relu ? normal : tf.relu(normal);
            },
            inputs,
            precision,
          );
        const [own, theirs] = [run(true), run(false)];
        own.forEach((values, i) => {
          expectAllClose(values, theirs[i]!, { rtol: 1e-2, atol: TOLERANCES[precision].atol });
        });
      }
    });
  });

  test.each([
    { side: 5, size: 3, stride: 1, padding: 1, groups: 1 },
    { side: 6, size: 3, stride: 2, padding: 1, groups: 1 },
    { side: 7, size: 1, stride: 2, padding: 0, groups: 1 },
    { side: 6, size: 3, stride: 1, padding: 0, groups: 2 },
  ])("fusedConv2d is its operations one after another, gradients included; %j", (sizes) => {
    const { side, size, groups, ...walk } = sizes;
    for (const precision of groups > 1 ? (["float32"] as const) : precisions) {
      for (const [adds, relu] of [
        [false, false],
        [false, true],
        [true, false],
        [true, true],
      ] as const) {
        tf.tidy(() => {
          const images = draw<tf.Rank.R4>([2, side, side, 8], 1);
          const filter = tf.mul(draw<tf.Rank.R4>([size, size, 8 / groups, 16], 2), 0.1);
          const plain = conv2d(images, filter as tf.Tensor4D, { ...walk, groups });
          const inputs = [images, filter, draw([16], 3), ...(adds ? [draw(plain.shape, 4)] : [])];
          const composed = ([x, weights, bias, other]: tf.Tensor[]) => {
            const exact = [x, weights].map((t) => castPrecision(t!, "float32")) as tf.Tensor4D[];
            const sum = tf.add(conv2d(exact[0]!, exact[1]!, { ...walk, groups }), bias!);
            const all = other ? tf.add(sum, castPrecision(other, "float32")) : sum;
            return relu ? tf.relu(all) : all;
          };
          const fused = ([x, weights, bias, other]: tf.Tensor[]) =>
            fusedConv2d(x as tf.Tensor4D, weights as tf.Tensor4D, {
              ...walk,
              groups,
              relu,
              bias: bias as tf.Tensor1D,
              ...(other && { other: other as tf.Tensor4D }),
            });
          // From rounded maps on, so that both forms see the same numbers.
          const rounded = inputs.map((t) => castPrecision(castPrecision(t, precision), "float32"));
          const actual = pullBack((...list) => fused(list), rounded, precision);
          const expected = pullBack((...list) => composed(list), rounded, precision);
          actual.forEach((values, i) => {
            const { rtol, atol } = TOLERANCES[precision];
            expectAllClose(values, expected[i]!, { rtol, atol: 10 * atol });
          });
        });
      }
    }
  });

  test("fusedConv2d without a bias is that with a bias of zeros, to the bit", () => {
    for (const precision of precisions) {
      tf.tidy(() => {
        const maps = (shape: [number, number, number, number], seed: number) =>
          castPrecision(draw<tf.Rank.R4>(shape, seed), precision) as tf.Tensor4D;
        const [images, filter, other] = [
          maps([2, 5, 5, 8], 1),
          maps([3, 3, 8, 16], 2),
          maps([2, 5, 5, 16], 3),
        ];
        const options = { padding: 1, other, relu: true };
        const without = fusedConv2d(images, filter, options);
        const zeros = fusedConv2d(images, filter, { ...options, bias: tf.zeros([16]) });
        expect(castPrecision(without, "float32").dataSync()).toEqual(
          castPrecision(zeros, "float32").dataSync(),
        );
        expectTensorDelta(() => fusedConv2d(images, filter, options), 1);
      });
    }
  });

  test("fusedConv2d refuses another tensor that is not of the output's shape", () => {
    tf.tidy(() => {
      const images = tf.zeros<tf.Rank.R4>([1, 4, 4, 2]);
      const filter = tf.zeros<tf.Rank.R4>([3, 3, 2, 5]);
      const options = { bias: tf.zeros<tf.Rank.R1>([5]), stride: 2, padding: 1 };
      expect(() =>
        fusedConv2d(images, filter, { ...options, other: tf.zeros([1, 4, 4, 5]) }),
      ).toThrow(
        "fusedConv2d: expected options.other of the output's shape [1, 2, 2, 5], got [1, 4, 4, 5]",
      );
    });
  });

  test("movingAverage moves every tensor by the rate", () => {
    tf.tidy(() => {
      const averages = [tf.tensor1d([1, 2]), tf.scalar(4)];
      const [first, second] = movingAverage<tf.Tensor>(
        averages,
        [tf.tensor1d([3, 2]), tf.scalar(0)],
        0.25,
      );
      expectAllClose(first!, [1.5, 2]);
      expectAllClose(second!, [3]);
      expect(movingAverage([], [], 0.5)).toEqual([]);
      expect(() => movingAverage(averages, [], 0.5)).toThrow(
        "movingAverage: expected values of the averages' shapes [2], [], got",
      );
      expect(() => movingAverage([], [], Number.NaN)).toThrow("expected rate in [0, 1], got NaN");
    });
  });
});

const onTensorFlow = engines.includes("tensorflow") ? test : test.skip;

onTensorFlow("TensorFlow's oneDNN convolution is found under its own name", async () => {
  await startEngine({ engine: "tensorflow", threads: 2 });
  if (process.arch === "x64") expect(fusesConvolutions()).toBe(true);
});
