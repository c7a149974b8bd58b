import { expectAllClose, expectTensorDelta } from "@apr-kit/testing";
import { expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import { bandMask, bandPass, fourierBasis2d, radialPower, rfft2 } from "../src/index.ts";
import { describeOnEveryEngine } from "./engines.ts";
import { randomImages, randomNumbers } from "./random.ts";

const inner = (a: tf.Tensor, b: tf.Tensor) => tf.sum(tf.mul(a, b)).dataSync()[0];

describeOnEveryEngine("fourierBasis2d", () => {
  const sides = { height: 5, width: 6 };

  test("has unit norm at every frequency, its own mirrors included", () => {
    for (let row = -2; row <= 2; row++) {
      for (let column = 0; column <= 3; column++) {
        const basis = fourierBasis2d({ ...sides, row, column });
        expect(inner(basis, basis)).toBeCloseTo(1, 5);
      }
    }
  });

  test("is orthogonal to other frequencies and equal to its mirror", () => {
    const basis = fourierBasis2d({ ...sides, row: 1, column: 2 });
    expect(inner(basis, fourierBasis2d({ ...sides, row: -1, column: 2 }))).toBeCloseTo(0, 6);
    expect(inner(basis, fourierBasis2d({ ...sides, row: 1, column: 1 }))).toBeCloseTo(0, 6);
    expect(inner(basis, fourierBasis2d({ ...sides, row: -1, column: -2 }))).toBeCloseTo(1, 5);
    expect(inner(basis, fourierBasis2d({ ...sides, row: 6, column: -4 }))).toBeCloseTo(1, 5);
  });

  test("has all its energy at its frequency", () => {
    const basis = fourierBasis2d({ ...sides, row: 1, column: 2 });
    const { re, im } = rfft2(tf.reshape(basis, [1, 5, 6, 1]) as tf.Tensor4D, { norm: "ortho" });
    const expected = new Float32Array(5 * 4);
    expected[1 * 4 + 2] = Math.SQRT1_2; // the other half of the energy is at the mirror
    expectAllClose(re, expected, { atol: 1e-6 });
    expectAllClose(im, new Float32Array(5 * 4), { atol: 1e-6 });
  });

  test("refuses frequencies that are not whole", () => {
    expect(() => fourierBasis2d({ ...sides, row: 0.5, column: 0 })).toThrow(
      "fourierBasis2d: expected row to be an integer, got 0.5",
    );
    expect(() => fourierBasis2d({ height: 0, width: 2, row: 0, column: 0 })).toThrow(
      "fourierBasis2d: expected height to be an integer ≥ 1, got 0",
    );
  });
});

describeOnEveryEngine("bandPass", () => {
  test("of bands that meet adds up to the images", () => {
    const images = randomImages([2, 7, 6, 3], 1);
    const sum = tf.add(bandPass(images, { high: 0.2 }), bandPass(images, { low: 0.2 }));
    expectAllClose(sum as tf.Tensor4D, images);
  });

  test("keeps a wave within the band and removes one outside it", () => {
    const wave = fourierBasis2d({ height: 8, width: 8, row: 0, column: 2 }); // 0.25 cycles per pixel
    const images = tf.reshape(wave, [1, 8, 8, 1]) as tf.Tensor4D;
    expectAllClose(bandPass(images, { low: 0.25, high: 0.3 }), images);
    expectAllClose(bandPass(images, { high: 0.25 }), tf.zerosLike(images));
  });

  test("of nothing but frequency 0 is the mean of each channel", () => {
    const images = randomImages([1, 4, 5, 2], 2);
    const mean = tf.tile(tf.mean(images, [1, 2], true), [1, 4, 5, 1]) as tf.Tensor4D;
    expectAllClose(bandPass(images, { high: 0.01 }), mean);
  });

  test("is its own adjoint", () => {
    const [images, weights] = [randomImages([1, 4, 5, 1], 3), randomImages([1, 4, 5, 1], 4)];
    const gradient = tf.grad((x) => bandPass(x as tf.Tensor4D, { low: 0.3 }))(images, weights);
    expectAllClose(gradient as tf.Tensor4D, bandPass(weights, { low: 0.3 }));
  });

  test("leaves one tensor, and refuses an empty band", () => {
    const images = randomImages([1, 4, 5, 1], 3);
    expectTensorDelta(() => bandPass(images, { high: 0.2 }), 1);
    expect(() => bandPass(images, { low: 0.3, high: 0.3 })).toThrow(
      "bandPass: expected 0 ≤ low < high, got low 0.3 and high 0.3",
    );
  });
});

describeOnEveryEngine("radialPower", () => {
  test("of a wave is in its ring", () => {
    const wave = fourierBasis2d({ height: 8, width: 8, row: 0, column: 2 });
    const power = radialPower(tf.reshape(wave, [1, 8, 8, 1]) as tf.Tensor4D);
    expect(power.shape).toEqual([1, 5, 1]);
    // Ring 2 holds the 8 frequencies at distances 2 and √5, and the 4 of (±1, ±2): 12 in all.
    expectAllClose(power, [0, 0, 1 / 12, 0, 0], { atol: 1e-6 });
  });

  test("of flat images is at frequency 0, for each channel", () => {
    const images = tf.mul(tf.ones([2, 3, 4, 2]), [1, 2]) as tf.Tensor4D;
    const power = radialPower(images);
    expect(power.shape).toEqual([2, 3, 2]);
    expectAllClose(power, [12, 48, 0, 0, 0, 0, 12, 48, 0, 0, 0, 0], { atol: 1e-4 });
  });

  test("is quadratic: its gradient's product with the images is twice the power", () => {
    tf.tidy(() => {
      const images = randomImages([2, 5, 6, 3], 6);
      const weights = tf.tensor3d(randomNumbers(2 * 4 * 3, 7), [2, 4, 3]);
      const gradient = tf.grad((x) => radialPower(x as tf.Tensor4D))(images, weights);
      const power = inner(weights, radialPower(images)) as number;
      expect(inner(gradient, images)).toBeCloseTo(2 * power, 3);
      // and its change along any other direction is the power's: a central difference of a square is exact
      const way = randomImages([2, 5, 6, 3], 8);
      const [ahead, behind] = [tf.add(images, way), tf.sub(images, way)].map(
        (at) => inner(weights, radialPower(at as tf.Tensor4D)) as number,
      ) as [number, number];
      expect(inner(gradient, way)).toBeCloseTo((ahead - behind) / 2, 3);
    });
  });

  test("of an empty batch is empty", () => {
    expect(radialPower(tf.zeros([0, 4, 5, 1])).shape).toEqual([0, 3, 1]);
  });

  test("leaves one tensor", () => {
    const images = randomImages([2, 4, 5, 1], 5);
    expectTensorDelta(() => radialPower(images), 1);
  });
});

describeOnEveryEngine("bandMask", () => {
  test("marks what bandPass keeps", () => {
    const sides = { height: 5, width: 6 };
    const images = randomImages([1, 5, 6, 1], 9);
    const band = { low: 0.15, high: 0.4 };
    const mask = tf.tensor4d(bandMask({ ...sides, spectrum: "half", ...band }), [1, 5, 4, 1]);
    expectAllClose(rfft2(bandPass(images, band)).re, tf.mul(rfft2(images).re, mask));
  });
});

test("bandMask counts the mirrors of a full spectrum, and refuses an empty band", () => {
  const sides = { height: 1, width: 4, spectrum: "full" } as const;
  expect([...bandMask({ ...sides, high: 0.3 })]).toEqual([1, 1, 0, 1]);
  expect(() => bandMask({ ...sides, low: -0.1 })).toThrow(
    "bandMask: expected 0 ≤ low < high, got low -0.1 and high Infinity",
  );
});
