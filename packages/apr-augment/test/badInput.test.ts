import type { ByteImages } from "@apr-kit/contracts";
import { describe, expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import { applyOpsOnDevice, aprPair, aprSingle, augMix } from "../src/index.ts";
import { describeOnEveryEngine } from "./engines.ts";

const KEY = { seed: 1, epoch: 0 };

/** Bytes without pattern, [batch, height, width, 3]. */
function batch(count: number, height: number, width: number): ByteImages {
  return tf.round(tf.randomUniform([count, height, width, 3], 0, 255, "float32", 3)) as ByteImages;
}

describeOnEveryEngine("what is no image is refused by name", () => {
  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    "a pixel of %d",
    (value) => {
      const images = tf.buffer([2, 4, 4, 3], "float32");
      images.set(value, 1, 2, 3, 0);
      const bad = images.toTensor() as ByteImages;
      const options = { ...KEY, samples: [0, 1] };
      const pair = () => aprPair(bad, { ...options, probability: 1 });
      expect(pair).toThrow("aprPair: expected finite pixels, got");
      expect(() => aprSingle(bad, options)).toThrow("aprSingle: expected finite pixels, got");
      expect(() => augMix(bad, options)).toThrow("augMix: expected finite pixels, got");
    },
  );

  test("a byte of 256", () => {
    const bad = tf.fill([1, 2, 2, 3], 256) as ByteImages;
    expect(() => applyOpsOnDevice(bad, [{ op: "equalize" }])).toThrow(
      "applyOpsOnDevice: expected values in [0, 255], got others",
    );
  });

  test("another rank, dtype or number of channels", () => {
    const options = { ...KEY, samples: [0] };
    for (const [bad, message] of [
      [
        tf.zeros([4, 4, 3]),
        "expected images of shape [batch, height, width, channel], got [4, 4, 3]",
      ],
      [tf.zeros([1, 4, 4, 3], "int32"), "expected images of dtype float32, got int32"],
      [tf.zeros([1, 4, 4, 1]), "expected RGB images of shape"],
    ] as const) {
      expect(() => aprSingle(bad as ByteImages, options)).toThrow(`aprSingle: ${message}`);
      expect(() => augMix(bad as ByteImages, options)).toThrow(`augMix: ${message}`);
    }
  });
});

describeOnEveryEngine("small images", () => {
  test.each([
    [1, 1],
    [1, 7],
    [7, 1],
    [2, 2],
  ])("of %d×%d give finite values in every method", (height, width) => {
    const samples = [0, 1, 2, 3, 4];
    for (let epoch = 0; epoch < 5; epoch++) {
      const images = batch(5, height, width);
      const key = { seed: 2, epoch, samples };
      const outputs = tf.tidy(() => [
        aprSingle(images, { ...key, probability: 1 }).dataSync(),
        augMix(images, key).dataSync(),
        aprPair(images, { ...key, probability: 1, derangement: true }).mixed.dataSync(),
      ]);
      for (const output of outputs) expect(output.every(Number.isFinite)).toBe(true);
    }
  });
});

describe("the gate of samples", () => {
  test("leaves those it holds back equal to the last bit, and recombines the others as the batch's gate does", () => {
    const images = batch(16, 8, 8);
    const options = { ...KEY, samples: [...Array(16).keys()], probability: 0.5 };
    const some = aprPair(images, { ...options, gate: "sample" });
    const all = aprPair(images, { ...options, probability: 1 });
    const rows = [...Array(16).keys()].map((row) =>
      [images, some.mixed, all.mixed].map((tensor) => [...tf.slice(tensor, [row], [1]).dataSync()]),
    );
    const held = rows.filter(([image, mixed]) => `${image}` === `${mixed}`);
    expect(held.length).toBeGreaterThan(2);
    expect(held.length).toBeLessThan(14);
    for (const [image, mixed, whole] of rows) {
      if (`${image}` === `${mixed}`) continue;
      mixed!.forEach((value, i) => {
        expect(Math.abs(value - whole![i]!)).toBeLessThan(1e-3);
      });
    }
  });
});
