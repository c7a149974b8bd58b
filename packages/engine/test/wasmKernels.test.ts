/** @file The SIMD kernels of the wasm engine against the plain loops of the cpu engine, forward and backward. */
import { createRng } from "@apr-kit/contracts";
import { expectAllClose } from "@apr-kit/testing";
import { beforeAll, describe, expect, jest, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { availableEngines } from "../src/availableEngines.ts";
import { batchNormTraining } from "../src/ops/batchNormTraining.ts";
import { conv2d } from "../src/ops/conv2d.ts";
import { maxPool2d } from "../src/ops/maxPool2d.ts";
import { startEngine } from "../src/startEngine.ts";
import { simdModule, type WasmBackend } from "../src/wasm/simdModule.ts";

jest.setTimeout(60_000); // a busy machine

type Shape = readonly number[];
type Run = (...inputs: tf.Tensor[]) => tf.Tensor;

/** Normal values, the same on each engine. */
function draw(shape: Shape, purpose: string, mean = 0): Float32Array {
  const rng = createRng({ seed: 3, purpose });
  return Float32Array.from(
    { length: tf.util.sizeFromShape([...shape]) },
    () => mean + rng.normal(),
  );
}

/** The output of `run`, and the gradients of its inputs for a drawn dy. */
async function both(engine: "wasm" | "cpu", shapes: readonly Shape[], run: Run) {
  await startEngine({ engine });
  return tf.tidy(() => {
    const inputs = shapes.map((shape, i) => tf.tensor(draw(shape, `input ${i}`, i), [...shape]));
    const output = run(...inputs);
    const dy = tf.tensor(draw(output.shape, "dy"), output.shape);
    const gradients = tf.grads(run)(inputs, dy);
    return [output, ...gradients].map((tensor) => Array.from(tensor.dataSync()));
  });
}

async function expectEqual(shapes: readonly Shape[], run: Run): Promise<void> {
  const [expected, actual] = [await both("cpu", shapes, run), await both("wasm", shapes, run)];
  expected.forEach((values, i) => {
    expectAllClose(actual[i]!, values, { rtol: 1e-4, atol: 1e-4 });
  });
}

const isThere = (await availableEngines()).includes("wasm");

(isThere ? describe : describe.skip)("on wasm", () => {
  beforeAll(() => startEngine({ engine: "wasm" }));

  test("this machine has SIMD, so that the module below is what runs", () => {
    expect(simdModule(tf.backend() as unknown as WasmBackend)).toBeDefined();
  });

  test("a clone shares its values, and outlives what it was cloned from", async () => {
    await startEngine({ engine: "wasm" });
    const x = tf.tensor1d([1, 2, 3]);
    const copy = tf.clone(x);
    expect(copy.dataId).toBe(x.dataId);
    x.dispose();
    expect(Array.from(copy.dataSync())).toEqual([1, 2, 3]);
    copy.dispose();
  });

  test.each([4, 12, 6])("batch norm of %d channels is the cpu engine's", async (channel) => {
    await expectEqual([[3, 5, 7, channel], [channel], [channel]], (x, scale, offset) => {
      const [at, gain, start] = [x as tf.Tensor4D, scale as tf.Tensor1D, offset as tf.Tensor1D];
      return batchNormTraining(at, gain, start).output;
    });
  });

  test("batch norm keeps its digits where the mean is a thousand deviations", async () => {
    await startEngine({ engine: "wasm" });
    tf.tidy(() => {
      const x = tf.tensor4d(draw([8, 16, 16, 4], "far", 1000), [8, 16, 16, 4]);
      const { output, mean, variance } = batchNormTraining(x, tf.ones([4]), tf.zeros([4]));
      const values = output.dataSync<"float32">();
      const middle = values.reduce((sum, value) => sum + value, 0) / values.length;
      const square = values.reduce((sum, value) => sum + value ** 2, 0) / values.length;
      expect(middle).toBeCloseTo(0, 3);
      expect(square).toBeCloseTo(1, 3);
      expectAllClose(Array.from(mean.dataSync()), [1000, 1000, 1000, 1000], { atol: 0.1 });
      expectAllClose(Array.from(variance.dataSync()), [1, 1, 1, 1], { atol: 0.1 });
    });
  });

  test.each([4, 8, 3])("relu of %d channels is the cpu engine's", async (channel) => {
    await expectEqual([[2, 3, 5, channel]], (x) => tf.relu(x));
  });

  test("max pooling is the cpu engine's, whatever the window", async () => {
    const windows = fc.record({
      size: fc.integer({ min: 2, max: 3 }),
      stride: fc.integer({ min: 1, max: 3 }),
      padding: fc.integer({ min: 0, max: 1 }),
      side: fc.integer({ min: 3, max: 8 }),
      channel: fc.constantFrom(4, 8, 5),
    });
    await fc.assert(
      fc.asyncProperty(windows, ({ side, channel, ...window }) =>
        expectEqual([[2, side, side + 1, channel]], (x) => maxPool2d(x as tf.Tensor4D, window)),
      ),
      { numRuns: 15 },
    );
  });

  test("max pooling gives the gradient of equal values to the first of them", async () => {
    await startEngine({ engine: "wasm" });
    tf.tidy(() => {
      const pool = (x: tf.Tensor) => maxPool2d(x as tf.Tensor4D, { size: 2 });
      const gradient = tf.grad(pool)(tf.zeros([1, 2, 2, 4]), tf.ones([1, 1, 1, 4]));
      expect(Array.from(gradient.dataSync())).toEqual([1, 1, 1, 1, ...new Array(12).fill(0)]);
    });
  });

  test("convolution has the cpu engine's gradients, whatever stride, padding and size", async () => {
    const convolutions = fc.record({
      stride: fc.integer({ min: 1, max: 3 }),
      padding: fc.integer({ min: 0, max: 2 }),
      size: fc.integer({ min: 1, max: 3 }),
      side: fc.integer({ min: 3, max: 7 }),
      inChannel: fc.constantFrom(4, 8, 3),
      outChannel: fc.constantFrom(8, 16, 5),
    });
    await fc.assert(
      fc.asyncProperty(convolutions, ({ size, side, inChannel, outChannel, ...options }) => {
        const shapes = [
          [2, side, side + 1, inChannel],
          [size, size, inChannel, outChannel],
        ];
        return expectEqual(shapes, (x, filter) =>
          conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, options),
        );
      }),
      { numRuns: 20 },
    );
  });

  test("pixels that no window of a strided convolution reaches have gradient 0", async () => {
    const shapes = [
      [2, 3, 4, 3],
      [3, 3, 3, 8],
    ];
    await expectEqual(shapes, (x, filter) =>
      conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, { stride: 3, padding: 1 }),
    );
  });
});
