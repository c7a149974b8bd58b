import { expectAllClose, expectTensorDelta } from "@apr-kit/testing";
import "@tensorflow/tfjs-backend-cpu";
import { describe, expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import { type ComplexPair, fft2, fft3, ifft2 } from "./index.ts";

describe("fft2", () => {
  test("of ones is their number at frequency 0", () => {
    const { re, im } = fft2(tf.ones([1, 2, 2, 1]));
    expect([...re.dataSync()]).toEqual([4, 0, 0, 0]);
    expect([...im.dataSync()]).toEqual([0, 0, 0, 0]);
  });

  test("of a wave along the width has its frequency at [0, 1], with the sign exp(-…)", () => {
    const sine = tf.tensor4d([0, 1, 0, -1], [1, 1, 4, 1]); // sin(2πx/4)
    const { re, im } = fft2(sine);
    expect([...re.dataSync()]).toEqual([0, 0, 0, 0]);
    expect([...im.dataSync()]).toEqual([0, -2, 0, 2]);
  });

  test.each([
    ["backward", 4],
    ["ortho", 2],
    ["forward", 1],
  ] as const)("with norm %s of four ones gives %d", (norm, expected) => {
    expect(fft2(tf.ones([1, 2, 2, 1]), { norm }).re.dataSync()[0]).toBe(expected);
  });

  test("takes complex images: i·x has the spectrum i·X", () => {
    const x = tf.tensor4d([1, 5, 2, -3, 0, 4], [1, 2, 3, 1]);
    const plain = fft2(x);
    const turned = fft2({ re: tf.zerosLike(x), im: x });
    expectAllClose(turned.re, tf.neg(plain.im));
    expectAllClose(turned.im, plain.re);
  });

  test("leaves its two outputs and nothing else", () => {
    const images = tf.ones([2, 3, 4, 1]) as tf.Tensor4D;
    expectTensorDelta(() => fft2(images), 2);
    expectTensorDelta(() => ifft2(images), 2);
  });

  test("refuses what is not a batch of float32 images", () => {
    expect(() => fft2(tf.ones([32, 32, 3]) as unknown as tf.Tensor4D)).toThrow(
      "fft2: expected images of shape [batch, height, width, channel], got [32, 32, 3]",
    );
    expect(() => fft2(tf.ones([1, 2, 2, 1], "int32"))).toThrow(
      "fft2: expected images of dtype float32, got int32",
    );
    expect(() => fft2(tf.ones([1, 0, 2, 1]))).toThrow(
      "fft2: expected images with height, width and channel ≥ 1, got [1, 0, 2, 1]",
    );
    expect(() => ifft2({ re: tf.ones([1, 2, 2, 1]), im: tf.ones([1, 2, 3, 1]) })).toThrow(
      "ifft2: expected spectrum.re and spectrum.im of one shape [batch, height, width, channel], got [1, 2, 2, 1] and [1, 2, 3, 1]",
    );
    expect(() => ifft2({ re: tf.ones([1, 2, 2, 1]) } as ComplexPair)).toThrow(
      "ifft2: expected spectrum to be { re, im }",
    );
    expect(() => fft2(tf.ones([1, 2, 2, 1]), { norm: "numpy" as "ortho" })).toThrow(
      'fft2: expected norm to be "backward", "ortho" or "forward", got "numpy"',
    );
  });
});

describe("fft3", () => {
  test("of ones is their number at frequency 0", () => {
    const { re } = fft3(tf.ones([1, 2, 2, 3]));
    expect([...re.dataSync()]).toEqual([12, ...new Array(11).fill(0)]);
  });

  test("at channel frequency 0 is fft2 of the sum of the channels", () => {
    const images = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 4], [1, 2, 2, 3]);
    const sum = fft2(tf.sum(images, 3, true) as tf.Tensor4D);
    const { re, im } = fft3(images);
    expectAllClose(tf.slice(re, [0, 0, 0, 0], [1, 2, 2, 1]), sum.re);
    expectAllClose(tf.slice(im, [0, 0, 0, 0], [1, 2, 2, 1]), sum.im);
  });
});
