import { expectAllClose } from "@apr-kit/testing";
import { beforeAll, describe, expect, jest, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import { availableEngines } from "../src/availableEngines.ts";
import { conv2d } from "../src/ops/conv2d.ts";
import { startEngine } from "../src/startEngine.ts";
import type { NodeTensorFlowBackend } from "../src/tensorflow/tensorFlowBackend.ts";
import { tensorFlowMemory } from "../src/tensorflow/tensorFlowState.ts";
import { golden, load } from "./opsGolden.ts";
import { drawNetwork, residualLoss } from "./residualNetwork.ts";

jest.setTimeout(60_000); // starts processes and engines: slow on a busy machine

const engines = await availableEngines();
const accelerated = engines.filter((engine) => engine !== "cpu");

/** Loss and gradients of the residual network, as plain arrays. */
async function train(engine: (typeof engines)[number]): Promise<number[][]> {
  await startEngine({ engine, threads: 2 });
  return tf.tidy(() => {
    const { images, labels, weights } = drawNetwork();
    const loss = (...list: tf.Tensor[]) => residualLoss(images, labels, list);
    const { value, grads } = tf.valueAndGrads(loss)(weights);
    return [value, ...grads].map((tensor) => Array.from(tensor.dataSync()));
  });
}

test.each(accelerated)(
  "a residual network has the same loss and gradients on %s as on cpu",
  async (engine) => {
    const [expected, actual] = [await train("cpu"), await train(engine)];
    expected.forEach((values, i) => {
      expectAllClose(actual[i]!, values, { rtol: 1e-4, atol: 1e-4 });
    });
  },
);

test("a residual network's gradients are the slopes of its loss", async () => {
  await startEngine({ engine: "cpu" });
  tf.tidy(() => {
    const { images, labels, weights } = drawNetwork();
    const loss = (...list: tf.Tensor[]) => residualLoss(images, labels, list);
    const gradients = tf.grads(loss)(weights);
    weights.forEach((weight, i) => {
      const direction = tf.sign(gradients[i]!);
      const norm = tf.sum(tf.abs(gradients[i]!)).dataSync()[0]!;
      const step = 1e-3 / norm;
      const at = (sign: number) => {
        const moved = tf.add(weight, tf.mul(direction, sign * step));
        return loss(...weights.map((other, j) => (j === i ? moved : other))).dataSync()[0]!;
      };
      // Rounding of a float32 loss, and ReLUs that switch within the step, make up to 1 %.
      expect((at(1) - at(-1)) / (2 * step * norm)).toBeCloseTo(1, 1);
    });
  });
});

describe.each(engines)("plain tfjs on %s", (engine) => {
  beforeAll(async () => {
    await startEngine({ engine, threads: 2 });
  });

  const x = () => tf.tensor4d([-1, 2, 3, -4, 0, 6, 7, 8, -9, 10, 11, 12], [1, 2, 3, 2]);
  const weights = () => tf.tensor4d([3, -1, 4, 1, -5, 9, 2, 6, -5, 3, 5, 8], [1, 2, 3, 2]);

  test.each<[string, (x: tf.Tensor4D) => tf.Tensor, number[]]>([
    ["relu", (t) => tf.mul(tf.relu(t), weights()), [0, -1, 4, 0, 0, 9, 2, 6, 0, 3, 5, 8]],
    [
      "sum over two axes",
      (t) => tf.mul(tf.sum(t, [1, 2]), [[2, 3]]),
      [2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3],
    ],
    ["sum with kept axes", (t) => tf.mul(tf.sum(t, 1, true), 2), new Array(12).fill(2)],
    ["mean over all", (t) => tf.mul(tf.mean(t), 6), new Array(12).fill(0.5)],
    [
      "mean over one axis",
      (t) =>
        tf.mul(tf.mean(t, -1), [
          [
            [2, 4, 6],
            [8, 10, 12],
          ],
        ]),
      [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6],
    ],
  ])("has the gradient of %s", (_, f, expected) => {
    tf.tidy(() => {
      expectAllClose(tf.grad((t) => f(t as tf.Tensor4D))(x()), expected);
    });
  });

  test("has second derivatives through sum and relu", () => {
    tf.tidy(() => {
      const slope = (t: tf.Tensor) => tf.grad((s) => tf.sum(tf.square(tf.relu(s))))(t);
      expectAllClose(tf.grad((t) => tf.sum(slope(t)))(tf.tensor1d([-1, 2, 3])), [0, 2, 2]);
    });
  });

  test("has the gradient of a gather", () => {
    tf.tidy(() => {
      const rows = tf.tensor1d([1, 1, 0], "int32");
      const gradient = tf.grad((t) => tf.mul(tf.gather(t, rows), [[1], [2], [4]]));
      expectAllClose(gradient(tf.zeros([3, 2])), [4, 4, 3, 3, 0, 0]);
    });
  });

  test.each([
    { stride: 1, pad: "same" as const, side: 4 },
    { stride: 2, pad: "same" as const, side: 4 },
    { stride: 2, pad: "valid" as const, side: 6 },
    { stride: 3, pad: "valid" as const, side: 4 },
  ])("trains tf.conv2d with $pad padding and stride $stride", ({ stride, pad, side }) => {
    tf.tidy(() => {
      const draw = (shape: number[], step: number) =>
        tf.tensor(
          Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => ((i * step) % 11) - 5),
          shape as [number, number, number, number],
        );
      const images = draw([2, side, side, 2], 7);
      const filter = draw([3, 3, 2, 3], 4);
      const run = (t: tf.Tensor, f: tf.Tensor) => {
        const out = tf.conv2d(t as tf.Tensor4D, f as tf.Tensor4D, stride, pad);
        return tf.sum(tf.mul(out, draw(out.shape, 3)));
      };
      const [dImages, dFilter] = tf.grads(run)([images, filter]) as [tf.Tensor, tf.Tensor];
      // The sum is linear in each argument: its value is the argument times its gradient.
      const value = run(images, filter).dataSync()[0]!;
      expect(tf.sum(tf.mul(images, dImages)).dataSync()[0]).toBeCloseTo(value, 2);
      expect(tf.sum(tf.mul(filter, dFilter)).dataSync()[0]).toBeCloseTo(value, 2);
      const one = tf.cast(tf.oneHot(tf.tensor1d([13], "int32"), images.size), "float32");
      const nudged = run(tf.add(images, tf.reshape(one, images.shape)), filter).dataSync()[0]!;
      expect(nudged - value).toBeCloseTo(dImages.dataSync()[13]!, 2);
    });
  });
});

const onTensorFlow = engines.includes("tensorflow") ? describe : describe.skip;

onTensorFlow("a training step on tensorflow", () => {
  let backend: NodeTensorFlowBackend;
  let network: ReturnType<typeof drawNetwork>;
  const step = () => {
    const { images, labels, weights } = network;
    const loss = (...list: tf.Tensor[]) => residualLoss(images, labels, list);
    const { value, grads } = tf.valueAndGrads(loss)(weights);
    tf.dispose([value, grads]);
  };

  beforeAll(async () => {
    await startEngine({ engine: "tensorflow", threads: 2 });
    backend = tf.backend() as NodeTensorFlowBackend;
    network = drawNetwork();
    step(); // uploads the network, and the constants that stay
  });

  test("uploads nothing larger than a list of axes", () => {
    const createTensor = jest.spyOn(backend.binding, "createTensor");
    step();
    const sizes = createTensor.mock.calls.map(([shape]) => tf.util.sizeFromShape([...shape]));
    createTensor.mockRestore();
    expect(Math.max(0, ...sizes)).toBeLessThanOrEqual(4);
    expect(sizes.length).toBeLessThanOrEqual(8);
  });

  test("leaves no tensor behind, native or wrapped", () => {
    const count = () => [tf.memory().numTensors, tensorFlowMemory().nativeTensors];
    const before = count();
    step();
    step();
    expect(count()).toEqual(before);
  });

  // On a CPU the same operations take explicit padding, only slowly, and refuse gradients of groups.
  const ungrouped = golden.conv2d.filter(({ options }) => options.groups === 1);

  test.each(ungrouped)("pads as on a GPU with the same result, for $options", (stored) => {
    const flags = backend as unknown as { isUsingGpuDevice: boolean };
    flags.isUsingGpuDevice = true;
    try {
      tf.tidy(() => {
        const [dImages, dFilter] = tf.grads((x, filter) =>
          conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, stored.options),
        )([load(stored.x), load(stored.filter)], load(stored.dy));
        expectAllClose(dImages!, load(stored.dx), { atol: 1e-4 });
        expectAllClose(dFilter!, load(stored.dFilter), { atol: 1e-4 });
      });
    } finally {
      flags.isUsingGpuDevice = false;
    }
  });
});
