import { expectAllClose } from "@apr-kit/testing";
import "@tensorflow/tfjs-backend-cpu";
import { describe, expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import { fft2, irfft2, irfft3, rfft2, rfft3 } from "./index.ts";

describe("rfft2", () => {
  test.each([
    [1, 1],
    [4, 3],
    [5, 3],
  ])("of width %d keeps %d frequencies, those of fft2", (width, half) => {
    const images = tf.tensor4d(
      Float32Array.from({ length: 3 * width }, (_, i) => (i * i) % 7),
      [1, 3, width, 1],
    );
    const { re, im } = rfft2(images);
    const full = fft2(images);
    expect(re.shape).toEqual([1, 3, half, 1]);
    expectAllClose(re, tf.slice(full.re, [0, 0, 0, 0], [1, 3, half, 1]));
    expectAllClose(im, tf.slice(full.im, [0, 0, 0, 0], [1, 3, half, 1]));
  });

  test("of ones is their number at frequency 0", () => {
    expect([...rfft2(tf.ones([1, 2, 4, 1])).re.dataSync()]).toEqual([8, 0, 0, 0, 0, 0]);
  });
});

describe("irfft2", () => {
  test("tells widths 4 and 5 apart, which have the same number of frequencies", () => {
    for (const width of [4, 5]) {
      const images = tf.reshape(tf.range(0, width), [1, 1, width, 1]) as tf.Tensor4D;
      expectAllClose(irfft2(rfft2(images), { width }), images);
    }
  });

  test("does not count what a real image cannot have", () => {
    const re = tf.tensor4d([4, 0, 0], [1, 1, 3, 1]);
    const im = tf.tensor4d([7, 0, 7], [1, 1, 3, 1]); // at frequencies 0 and width/2
    expect([...irfft2({ re, im }, { width: 4 }).dataSync()]).toEqual([1, 1, 1, 1]);
  });

  test("refuses a width that does not fit", () => {
    const spectrum = rfft2(tf.ones([1, 2, 4, 1]));
    expect(() => irfft2(spectrum, { width: 6 })).toThrow(
      "irfft2: expected a half spectrum of 4 frequencies along axis 2 for width 6, got [1, 2, 3, 1]",
    );
    expect(() => irfft2(spectrum, { width: Number.NaN })).toThrow(
      "irfft2: expected width to be an integer ≥ 1, got NaN",
    );
    expect(() => irfft3(rfft3(tf.ones([1, 2, 2, 3])), { channels: 4 })).toThrow(
      "irfft3: expected a half spectrum of 3 frequencies along axis 3 for channels 4, got [1, 2, 2, 2]",
    );
  });
});
