import type { OpAttr } from "@apr-kit/contracts";
import { expectAllClose } from "@apr-kit/testing";
import { beforeAll, describe, expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import { availableEngines } from "../src/availableEngines.ts";
import { castPrecision } from "../src/ops/castPrecision.ts";
import { conv2d } from "../src/ops/conv2d.ts";
import { maxPool2d } from "../src/ops/maxPool2d.ts";
import { type Precision, precisionOf } from "../src/ops/precision.ts";
import { startEngine } from "../src/startEngine.ts";
import { bool, ints } from "../src/tensorflow/kernels/kernel.ts";
import type { NodeTensorFlowBackend } from "../src/tensorflow/tensorFlowBackend.ts";

const engines = await availableEngines();
const onTensorFlow = engines.includes("tensorflow") ? describe : describe.skip;

type Sizes = readonly [
  ...[batch: number, side: number, input: number, output: number],
  ...[size: number, stride: number, padding: number],
];

function layerOf(sizes: readonly number[]) {
  const [batch, side, input, output, size, stride, padding] = sizes as Sizes;
  const outSide = Math.floor((side + 2 * padding - size) / stride) + 1;
  return { batch, side, input, output, size, stride, padding, outSide };
}

onTensorFlow("the operations that the addon adds to TensorFlow", () => {
  let backend: NodeTensorFlowBackend;
  beforeAll(async () => {
    await startEngine({ engine: "tensorflow", threads: 2 });
    backend = tf.backend() as NodeTensorFlowBackend;
  });

  // [batch, side, in, out, size, stride, padding]: both ways of cutting the work (maps from 16×16 on, and smaller),
  // every tile width, odd batches, channels that fill no tile.
  test.each([
    [3, 16, 5, 16, 3, 1, 1],
    [4, 16, 16, 48, 3, 1, 1],
    [1, 33, 3, 64, 3, 2, 1],
    [5, 4, 19, 96, 3, 1, 1],
    [8, 4, 64, 32, 3, 2, 1],
    [2, 9, 24, 80, 5, 2, 2],
    [3, 8, 16, 32, 1, 2, 0],
    [300, 2, 8, 16, 1, 1, 0],
    [70, 4, 80, 144, 3, 1, 1],
    [33, 6, 33, 16, 3, 1, 2],
    [31, 9, 40, 16, 7, 2, 3],
  ])("filter gradient of bfloat16 maps %j equals float32's", (...sizes) => {
    const { batch, side, input, output, size, stride, padding, outSide } = layerOf(sizes);
    tf.tidy(() => {
      const rounded = (shape: number[], seed: number) =>
        castPrecision(
          castPrecision(tf.randomNormal(shape, 0, 1, "float32", seed), "bfloat16"),
          "float32",
        );
      const images = rounded([batch, side, side, input], 1) as tf.Tensor4D;
      const filter = rounded([size, size, input, output], 2) as tf.Tensor4D;
      const dy = rounded([batch, outSide, outSide, output], 3);
      const gradient = (precision: Precision) =>
        tf.grad((f) =>
          castPrecision(
            conv2d(castPrecision(images, precision), castPrecision(f as tf.Tensor4D, precision), {
              stride,
              padding,
            }),
            "float32",
          ),
        )(filter, dy);
      const [exact, short] = [gradient("float32"), gradient("bfloat16")];
      expect(precisionOf(short)).toBe("float32");
      const tolerance = { rtol: 1e-4, atol: 1e-3 * Math.sqrt(batch) };
      expectAllClose(short, exact, tolerance);
      if (!backend.binding.hasBfloat16Units) return;
      const [withoutTiles] = backend.executeRaw({
        op: "AprFilterGradient",
        attrs: [
          ...Object.entries({ size, stride, padding }).map(([name, value]) => ints(name, value)),
          bool("tiles", false),
        ],
        inputs: [castPrecision(images, "bfloat16"), castPrecision(dy, "bfloat16")],
        outputs: 1,
      });
      expectAllClose(withoutTiles!, exact, tolerance);
    });
  });

  test("a filter gradient of maps that do not belong together is refused", () => {
    tf.tidy(() => {
      if (!backend.binding.hasBfloat16Units) return;
      const maps = castPrecision(tf.zeros([2, 4, 4, 3]), "bfloat16");
      const dy = castPrecision(tf.zeros([2, 5, 5, 16]), "bfloat16");
      const attrs = ["size", "stride", "padding"].map((name) => ({ name, type: 1, value: 1 }));
      expect(() =>
        backend.executeRaw({ op: "AprFilterGradient", attrs, inputs: [maps, dy], outputs: 1 }),
      ).toThrow("dy of the output's shape");
    });
  });

  test.each([
    [3, 5, 5, 16, 3, 1, 1],
    [128, 8, 32, 32, 3, 1, 1],
    [40, 6, 17, 48, 3, 1, 1],
    [33, 7, 20, 32, 3, 2, 1],
    [2, 9, 24, 80, 5, 2, 2],
    [300, 2, 8, 16, 1, 1, 0],
    [70, 4, 80, 144, 3, 1, 1],
    [31, 9, 40, 10, 3, 1, 0],
    [17, 5, 33, 16, 3, 1, 2],
    [17, 12, 33, 16, 7, 2, 3],
  ])(
    "convolutions %j on tiles, with what follows them, and input gradients equal float32's",
    (...sizes) => {
      if (!backend.binding.hasTiles) return;
      const { batch, side, input, output, size, stride, padding, outSide } = layerOf(sizes);
      tf.tidy(() => {
        const random = (shape: number[], seed: number) => {
          const exact = tf.randomNormal(shape, 0, 1, "float32", seed);
          const short = castPrecision(exact, "bfloat16");
          return { short, wide: castPrecision(short, "float32") as tf.Tensor4D };
        };
        const shape = [batch, outSide, outSide, output];
        const [images, filter] = [
          random([batch, side, side, input], 1),
          random([size, size, input, output], 2),
        ];
        const [dy, other] = [random(shape, 3), random(shape, 4)];
        const bias = tf.randomNormal([output], 0, 1, "float32", 5);
        const walk = Object.entries({ size, stride, padding }).map(([name, value]) =>
          ints(name, value),
        );
        const run = (op: string, attrs: readonly OpAttr[], inputs: readonly tf.Tensor[]) =>
          castPrecision(backend.executeSingleOutput(op, [...walk, ...attrs], inputs), "float32");
        const rounding = { rtol: 2 ** -8, atol: 2e-5 * size * Math.sqrt(Math.max(input, output)) };

        const plain = conv2d(images.wide, filter.wide, { stride, padding });
        expectAllClose(run("AprConvolution", [], [images.short, filter.short]), plain, rounding);
        const finish = [bool("relu", true), ints("biases", 1), ints("others", 1)];
        expectAllClose(
          run("AprConvolution", finish, [images.short, filter.short, bias, other.short]),
          tf.relu(tf.add(tf.add(plain, bias), other.wide)),
          rounding,
        );
        expectAllClose(
          run(
            "AprConvolutionInputGradient",
            [ints("input_shape", images.wide.shape)],
            [dy.short, filter.short],
          ),
          tf.grad((x) => conv2d(x as tf.Tensor4D, filter.wide, { stride, padding }))(
            images.wide,
            dy.wide,
          ),
          rounding,
        );
      });
    },
  );

  test("convolutions on tiles refuse tensors that do not belong together", () => {
    if (!backend.binding.hasTiles) return;
    tf.tidy(() => {
      const short = (shape: number[]) => castPrecision(tf.zeros(shape), "bfloat16");
      const walk = ["size", "stride", "padding"].map((name) => ints(name, 1));
      const convolve =
        (attrs: readonly OpAttr[], ...inputs: tf.Tensor[]) =>
        () =>
          backend.executeSingleOutput("AprConvolution", [...walk, ...attrs], inputs);
      const [maps, filter] = [short([2, 4, 4, 3]), short([1, 1, 3, 16])];
      expect(convolve([], maps, short([3, 3, 3, 16]))).toThrow(
        "a filter of shape [size, size, in, out]",
      );
      expect(convolve([], maps, short([1, 1, 4, 16]))).toThrow(
        "a filter of shape [size, size, in, out]",
      );
      expect(convolve([ints("biases", 1)], maps, filter, tf.zeros([15]))).toThrow(
        "a bias for each channel",
      );
      expect(convolve([ints("others", 1)], maps, filter, short([2, 4, 4, 16]))).toThrow(
        "an addition of the result's shape",
      );
      const gradient = () =>
        backend.executeSingleOutput(
          "AprConvolutionInputGradient",
          [...walk, ints("input_shape", [2, 4, 4, 3])],
          [short([2, 5, 5, 16]), filter],
        );
      expect(gradient).toThrow("dy of the output's shape");
    });
  });

  test.each([
    { side: 6, channels: 16, options: { size: 2 } },
    { side: 7, channels: 21, options: { size: 2 } },
    { side: 8, channels: 5, options: { size: 3, stride: 2, padding: 1 } },
    { side: 8, channels: 33, options: { size: 3, stride: 1 } },
    { side: 5, channels: 48, options: { size: 1, stride: 2 } },
  ])("max pooling and its gradient equal TensorFlow's own, %j", ({ side, channels, options }) => {
    const stored = (x: tf.Tensor4D) => maxPool2d(x, options);
    const flags = backend as unknown as { isUsingGpuDevice: boolean };
    const stock = (x: tf.Tensor4D) => {
      flags.isUsingGpuDevice = true;
      try {
        return maxPool2d(x, options);
      } finally {
        flags.isUsingGpuDevice = false;
      }
    };
    tf.tidy(() => {
      // Few distinct values: many ties.
      const x = tf.round(
        tf.randomNormal<tf.Rank.R4>([3, side, side, channels], 0, 1, "float32", 7),
      );
      for (const precision of ["float32", "bfloat16"] as const) {
        const run = (pool: typeof stored) =>
          tf.valueAndGrad((images: tf.Tensor4D) => {
            const pooled = pool(castPrecision(images, precision));
            return tf.sum(tf.square(castPrecision(pooled, "float32")));
          })(x);
        const [own, theirs] = [run(stored), run(stock)];
        expectAllClose(own.value, theirs.value);
        expectAllClose(own.grad, theirs.grad);
      }
    });
  });

  test("max pooling passes on infinities, zeros of both signs and NaN", () => {
    tf.tidy(() => {
      const pool = (values: number[]) =>
        maxPool2d(tf.tensor4d(values, [1, 2, 2, 1]), { size: 2 }).dataSync()[0];
      expect(pool([-Infinity, -Infinity, -Infinity, -3])).toBe(-3);
      expect(pool([-Infinity, -Infinity, -Infinity, -Infinity])).toBe(-Infinity);
      expect(pool([1, Infinity, 2, 3])).toBe(Infinity);
      expect(pool([-0, 0, -0, -0])).toBe(-0);
      expect(pool([1, Number.NaN, Infinity, 2])).toBeNaN();
      expect(pool([Number.NaN, 1, 1, 1])).toBeNaN();
    });
  });
});
