import { asUnitImages } from "@apr-kit/contracts";
import { expectAllClose, expectTensorDelta, unitImages } from "@apr-kit/testing";
import "@tensorflow/tfjs-core/dist/register_all_gradients.js";
import { startEngine } from "@apr-kit/engine";
import { beforeAll, describe, expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { type AprPairOptions, applyAprPair, aprPair, drawAprPair } from "../src/index.ts";
import { describeOnEveryEngine } from "./engines.ts";
import { decodeFloats, picture } from "./golden.ts";
import { recombinationGolden } from "./recombinationGolden.ts";

const AXES = ["spatialAndChannel", "spatial"] as const;
const KEY = { seed: 11, epoch: 2 };

function noise(batch: number, height = 6, width = 5): tf.Tensor4D {
  const { data } = picture("noise", batch * height, width);
  return tf.tensor4d(
    Float32Array.from(data, (byte) => byte / 255),
    [batch, height, width, 3],
  );
}

function allMixed(partners: readonly number[]) {
  return { partners: Int32Array.from(partners), isRecombined: partners.map(() => true) };
}

describeOnEveryEngine("aprPair", () => {
  test.each(AXES)("equals NumPy in float64, %s", (axes) => {
    const { shape, input, partners, expected } = recombinationGolden.pair;
    const images = tf.tensor4d(decodeFloats(input), shape);
    const mixed = applyAprPair(images, allMixed(partners), { axes });
    expectAllClose(mixed, decodeFloats(expected[axes]), { rtol: 0, atol: 2e-6 });
  });

  test("an image that is its own partner stays as it is", () => {
    fc.assert(
      fc.property(unitImages({ maxSide: 8 }), fc.constantFrom(...AXES), ({ data, shape }, axes) => {
        tf.tidy(() => {
          const images = tf.tensor4d(data, shape);
          const identity = allMixed([...Array(shape[0]).keys()]);
          expectAllClose(applyAprPair(images, identity, { axes }), images, { rtol: 0, atol: 2e-6 });
        });
      }),
      { numRuns: 30 },
    );
  });

  test("amplitude comes from the partner: energy and mean luminance are the partner's", () => {
    const images = noise(4);
    const partners = [2, 3, 1, 0];
    const mixed = applyAprPair(images, allMixed(partners));
    const donors = tf.gather(images, partners);
    expectAllClose(tf.sum(tf.square(mixed), [1, 2, 3]), tf.sum(tf.square(donors), [1, 2, 3]));
    expectAllClose(tf.mean(mixed, [1, 2, 3]), tf.mean(donors, [1, 2, 3]));
  });

  test("phase, hence the label, is the image's own: giving the amplitude back restores it", () => {
    const images = noise(3, 5, 7);
    const there = applyAprPair(images, allMixed([1, 2, 0]));
    const back = tf.concat([there, images], 0);
    const restored = applyAprPair(back, allMixed([3, 4, 5, 0, 1, 2]));
    expectAllClose(tf.slice4d(restored, [0, 0, 0, 0], [3, -1, -1, -1]), images, {
      rtol: 0,
      atol: 1e-5,
    });
  });

  test("a permutation of the batch, partners with it, permutes the result", () => {
    const images = noise(4);
    const partners = [3, 0, 1, 2];
    const order = [2, 0, 3, 1]; // place in the new batch → place in the old one
    const place = order.map((_, old) => order.indexOf(old));
    const newPartners = order.map((old) => place[partners[old] as number] as number);
    const permuted = applyAprPair(tf.gather(images, order), allMixed(newPartners));
    const expected = tf.gather(applyAprPair(images, allMixed(partners)), order);
    expectAllClose(permuted, expected, { rtol: 0, atol: 1e-6 });
  });

  test("a closed gate gives the images back and says so", () => {
    const images = noise(3);
    const { mixed, isMixed, partners } = aprPair(images, {
      ...KEY,
      samples: [1, 2, 3],
      probability: 0,
    });
    expect(isMixed).toBe(false);
    expect([...partners]).toEqual([0, 1, 2]);
    expect([...mixed.dataSync()]).toEqual([...images.dataSync()]);
    mixed.dispose();
    expect(images.isDisposed).toBe(false);
  });

  test("gates of samples leave the others equal to the last bit", () => {
    const images = noise(8);
    const options = { ...KEY, samples: [0, 1, 2, 3, 4, 5, 6, 7], gate: "sample" } as const;
    const { isRecombined, partners } = drawAprPair(8, options);
    expect(new Set(isRecombined).size).toBe(2);
    const { mixed, isMixed } = aprPair(images, options);
    expect(isMixed).toBe(true);
    const whole = applyAprPair(images, allMixed([...partners]));
    for (const [i, mixes] of isRecombined.entries()) {
      const row = (batch: tf.Tensor4D) => tf.slice4d(batch, [i, 0, 0, 0], [1, -1, -1, -1]);
      if (mixes) expectAllClose(row(mixed), row(whole), { rtol: 0, atol: 1e-6 });
      else expect([...row(mixed).dataSync()]).toEqual([...row(images).dataSync()]);
    }
  });

  test("clip keeps the result in [0, 1], which it otherwise leaves", () => {
    const images = noise(4);
    const options = { ...KEY, samples: [0, 1, 2, 3], probability: 1, derangement: true };
    const open = aprPair(images, options).mixed;
    const clipped = aprPair(images, { ...options, clip: true }).mixed;
    expect(tf.min(open).dataSync()[0]).toBeLessThan(0);
    expectAllClose(clipped, tf.clipByValue(open, 0, 1));
  });

  test("the gradient flows to both roles and to images left out", () => {
    const images = noise(3, 3, 4);
    const draw = { partners: Int32Array.of(1, 0, 2), isRecombined: [true, true, false] };
    const weights = noise(3, 3, 4);
    const mix = (x: tf.Tensor) => applyAprPair(x as tf.Tensor4D, draw);
    const loss = (x: tf.Tensor) => tf.sum(tf.mul(mix(x), weights));
    const gradient = tf.grad(mix)(images, weights).dataSync();
    const values = images.dataSync();
    const step = 1 / 64;
    for (const element of [0, 17, 40, 71, 72, 107]) {
      const at = (shift: number) => {
        const moved = Float32Array.from(values);
        moved[element] = (moved[element] as number) + shift;
        return loss(tf.tensor4d(moved, images.shape)).dataSync()[0] as number;
      };
      // The fourth-order difference: its error is that of float32 sums, about 1e-6 / step.
      const slope = (8 * (at(step) - at(-step)) - (at(2 * step) - at(-2 * step))) / (12 * step);
      expect(Math.abs(slope - (gradient[element] as number))).toBeLessThan(5e-3);
    }
  });

  test.each([
    ["batch", 0],
    ["batch", 1],
    ["sample", 0.5],
  ] as const)("leaves one tensor behind, gate %s at %d", (gate, probability) => {
    const images = noise(8, 4, 4);
    const samples = [0, 1, 2, 3, 4, 5, 6, 7];
    expectTensorDelta(() => aprPair(images, { ...KEY, samples, gate, probability }), 1);
  });

  test("keeps the declared value range for what follows", () => {
    const unit = asUnitImages(noise(2));
    const { mixed } = aprPair(unit, { ...KEY, samples: [0, 1] });
    const stillUnit: typeof unit = mixed;
    expect(stillUnit.shape).toEqual(unit.shape);
  });
});

describe("aprPair refuses", () => {
  const good = { ...KEY, samples: [0, 1], probability: 1 };
  let images: tf.Tensor4D;
  beforeAll(async () => {
    await startEngine({ engine: "cpu" });
    images = noise(2);
  });

  test.each([
    [{ samples: [0, 1, 2] }, "expected samples of length 2, one for each image, got length 3"],
    [{ probability: -0.1 }, "expected probability in [0, 1], got -0.1"],
    [{ probability: Number.NaN }, "expected probability in [0, 1], got NaN"],
    [{ gate: "image" }, 'expected gate to be "batch" or "sample", got "image"'],
    [{ axes: "channel" }, 'expected axes to be "spatialAndChannel" or "spatial", got "channel"'],
  ])("%j", (options, message) => {
    const bad = { ...good, ...options } as AprPairOptions;
    expect(() => aprPair(images, bad)).toThrow(message);
  });

  test("tensors that are not images", () => {
    const vector = tf.tensor1d([1, 2]) as unknown as tf.Tensor4D;
    const whole = tf.zeros([1, 2, 2, 3], "int32") as tf.Tensor4D;
    const none = tf.zeros([0, 2, 2, 3]) as tf.Tensor4D;
    expect(() => aprPair(vector, good)).toThrow(
      "aprPair: expected images of shape [batch, height, width, channel], got [2]",
    );
    expect(() => aprPair(whole, good)).toThrow("expected images of dtype float32, got int32");
    expect(() => aprPair(none, { ...good, samples: [] })).toThrow(
      "expected images of at least one pixel, got [0, 2, 2, 3]",
    );
  });

  test("partners outside of the batch", () => {
    expect(() => applyAprPair(images, allMixed([0, 2]))).toThrow(
      "aprPair: expected partners to be integers in [0, 2), got 2",
    );
  });
});
