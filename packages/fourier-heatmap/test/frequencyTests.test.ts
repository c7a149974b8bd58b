import type { UnitImages } from "@apr-kit/contracts";
import { startEngine } from "@apr-kit/engine";
import { beforeAll, describe, expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import { amplitudePhaseSwap, errorByCutoff, type LabelledImages } from "../src/index.ts";
import { greySet, linearPredict, randomSet } from "./sets.ts";

beforeAll(async () => {
  await startEngine({ engine: "cpu" });
});

/** 8 × 8 stripes: class 0 of two cycles along the width, class 1 of four, both at contrast ±0.25. */
function stripes(count: number): LabelledImages {
  const data = new Float32Array(count * 64);
  const labels = Array.from({ length: count }, (_, index) => index % 2);
  for (let image = 0; image < count; image++) {
    const cycles = labels[image] === 0 ? 2 : 4;
    for (let pixel = 0; pixel < 64; pixel++) {
      data[64 * image + pixel] = 0.5 + 0.25 * Math.cos((2 * Math.PI * cycles * (pixel % 8)) / 8);
    }
  }
  return { images: { data, shape: [count, 8, 8, 1] }, labels };
}

/** Tells the stripes by their energy at both frequencies; what has neither is class 2. */
function stripeDetector(images: UnitImages): tf.Tensor2D {
  return tf.tidy(() => {
    const [batch] = images.shape;
    const flat = tf.reshape(tf.mean(images, 1), [batch, 8]);
    const wave = (cycles: number) =>
      tf.tensor2d(Array.from({ length: 8 }, (_, x) => [Math.cos((2 * Math.PI * cycles * x) / 8)]));
    const energy = (cycles: number) => tf.abs(tf.matMul(flat, wave(cycles)));
    return tf.concat([energy(2), energy(4), tf.fill([batch, 1], 0.1)], 1) as tf.Tensor2D;
  });
}

describe("errorByCutoff", () => {
  test("of a low pass begins to err where a class loses its frequency", async () => {
    const cutoffs = [0.1, 0.3, 0.6, 0.8];
    const low = await errorByCutoff(stripeDetector, stripes(10), { pass: "low", cutoffs });
    expect(low.map(({ errorRate }) => errorRate)).toEqual([1, 0.5, 0, 0]);
    expect(low.map(({ cutoff }) => cutoff)).toEqual(cutoffs);
    expect(low[1]!.standardError).toBeCloseTo(Math.sqrt(0.25 / 10), 12);
  });

  test("of a high pass errs from the other end", async () => {
    const cutoffs = [0.1, 0.3, 0.6];
    const high = await errorByCutoff(stripeDetector, stripes(10), { pass: "high", cutoffs });
    expect(high.map(({ errorRate }) => errorRate)).toEqual([0, 0.5, 1]);
  });

  test("beyond every frequency is the clean error, over a subset too", async () => {
    const set = randomSet([30, 5, 6, 3]);
    const { predict } = linearPredict(90);
    const options = { pass: "low", cutoffs: [1] } as const;
    const [whole] = await errorByCutoff(predict, set, options);
    const [split] = await errorByCutoff(predict, set, { ...options, batchSize: 7 });
    expect(split).toEqual(whole);
    const before = tf.memory().numTensors;
    await errorByCutoff(predict, set, { ...options, subset: 9 });
    expect(tf.memory().numTensors).toBe(before);
  });

  test("refuses cut-offs that are none", async () => {
    for (const cutoffs of [[], [0], [-1], [Number.NaN]]) {
      await expect(
        errorByCutoff(stripeDetector, stripes(2), { pass: "low", cutoffs }),
      ).rejects.toThrow("errorByCutoff: expected cutoffs to be positive numbers");
    }
    const wrong = { pass: "band" as never, cutoffs: [0.1] };
    await expect(errorByCutoff(stripeDetector, stripes(2), wrong)).rejects.toThrow(
      'expected pass to be "low" or "high", got "band"',
    );
  });
});

describe("amplitudePhaseSwap", () => {
  test("finds that a classifier of energies follows the amplitude", async () => {
    const swap = await amplitudePhaseSwap(stripeDetector, stripes(12));
    expect(swap).toMatchObject({ amplitude: 1, phase: 0, neither: 0, pairs: 12 });
  });

  test("finds that a classifier of the sign of a wave follows the phase", async () => {
    const set = stripes(12);
    const data = Float32Array.from({ length: 12 * 64 }, (_, index) => {
      const image = Math.floor(index / 64);
      const wave = 0.25 * Math.cos((2 * Math.PI * 2 * (index % 8)) / 8);
      const strength = 1 + (image % 3) / 4; // amplitudes differ, and say nothing of the class
      return 0.5 + (set.labels[image] === 0 ? strength : -strength) * wave;
    });
    const signs = (images: UnitImages) =>
      tf.tidy(() => {
        const wave = tf.tensor4d(
          Array.from({ length: 8 }, (_, x) => Math.cos((2 * Math.PI * 2 * x) / 8)),
          [1, 1, 8, 1],
        );
        const found = tf.sum(tf.mul(images, wave), [1, 2]); // [batch, 1]
        return tf.concat([found, tf.neg(found)], 1) as tf.Tensor2D;
      });
    const swap = await amplitudePhaseSwap(signs, { ...set, images: { ...set.images, data } });
    expect(swap).toMatchObject({ amplitude: 0, phase: 1, neither: 0 });
  });

  test("gives shares that add up to 1, the same in any batches", async () => {
    const set = randomSet([30, 5, 6, 3]);
    const { predict } = linearPredict(90);
    const options = { follow: "predictions", axes: "spatialAndChannel", seed: 2 } as const;
    const whole = await amplitudePhaseSwap(predict, set, options);
    expect(whole.phase + whole.amplitude + whole.neither).toBeCloseTo(1, 12);
    expect(whole.standardError.phase).toBeCloseTo(
      Math.sqrt((whole.phase * (1 - whole.phase)) / 30),
      12,
    );
    expect(await amplitudePhaseSwap(predict, set, { ...options, batchSize: 4 })).toEqual(whole);
    const before = tf.memory().numTensors;
    await amplitudePhaseSwap(predict, set, { ...options, subset: 11 });
    expect(tf.memory().numTensors).toBe(before);
  });

  test("refuses a set of one class, and options that are none", async () => {
    const { predict } = linearPredict(64);
    await expect(amplitudePhaseSwap(predict, greySet([4, 8, 8, 1]))).rejects.toThrow(
      "amplitudePhaseSwap: expected images of at least two classes, got class 0 only",
    );
    const wrong = { follow: "both" as never };
    await expect(amplitudePhaseSwap(predict, stripes(4), wrong)).rejects.toThrow(
      'follow to be "labels" or "predictions", got "both"',
    );
    const axes = { axes: "all" as never };
    await expect(amplitudePhaseSwap(predict, stripes(4), axes)).rejects.toThrow(
      "expected axes to be",
    );
  });
});
