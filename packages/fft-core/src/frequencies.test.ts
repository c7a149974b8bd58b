import { expectAllClose, expectTensorDelta } from "@apr-kit/testing";
import "@tensorflow/tfjs-backend-cpu";
import { describe, expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import { fft2, fftfreq, fftshift, ifftshift, radialFrequency, rfftfreq } from "./index.ts";

describe("fftfreq", () => {
  test.each([
    [1, [0]],
    [4, [0, 0.25, -0.5, -0.25]],
    [5, [0, 0.2, 0.4, -0.4, -0.2]],
  ])("of %d lists cycles per pixel in the order of fft2", (n, expected) => {
    expectAllClose(fftfreq(n), expected, { rtol: 0, atol: 1e-15 });
  });

  test.each([0, 2.5, Number.NaN])("refuses %d", (n) => {
    expect(() => fftfreq(n)).toThrow(`fftfreq: expected n to be an integer ≥ 1, got ${n}`);
    expect(() => rfftfreq(n)).toThrow(`rfftfreq: expected n to be an integer ≥ 1, got ${n}`);
  });

  test("of 5 keeps its first three for real images", () => {
    expect([...rfftfreq(5)]).toEqual([0, 0.2, 0.4]);
    expect([...rfftfreq(4)]).toEqual([0, 0.25, 0.5]);
  });
});

describe("radialFrequency", () => {
  test("counts both axes in cycles per pixel", () => {
    const radii = radialFrequency({ height: 2, width: 4, spectrum: "full" });
    const corner = Math.hypot(0.5, 0.25);
    expect([...radii]).toEqual([0, 0.25, 0.5, 0.25, 0.5, corner, Math.SQRT1_2, corner]);
  });

  test("of the half spectrum has its columns", () => {
    const radii = radialFrequency({ height: 1, width: 5, spectrum: "half" });
    expect([...radii]).toEqual([0, 0.2, 0.4]);
  });
});

describe("fftshift", () => {
  const row = (values: number[]) => tf.tensor4d(values, [1, 1, values.length, 1]);

  test("puts frequency 0 at ⌊side/2⌋", () => {
    expect([...fftshift(row([0, 1, 2, 3, 4])).dataSync()]).toEqual([3, 4, 0, 1, 2]);
    expect([...fftshift(row([0, 1, 2, 3])).dataSync()]).toEqual([2, 3, 0, 1]);
  });

  test("is undone by ifftshift, for odd sides too", () => {
    const images = tf.reshape(tf.range(0, 2 * 3 * 5 * 2), [2, 3, 5, 2]) as tf.Tensor4D;
    expectAllClose(ifftshift(fftshift(images)), images);
    expect([...ifftshift(row([0, 1, 2, 3, 4])).dataSync()]).toEqual([2, 3, 4, 0, 1]);
  });

  test("takes both parts of a spectrum", () => {
    const spectrum = fftshift(fft2(tf.ones([1, 3, 3, 1])));
    expect(spectrum.re.dataSync().indexOf(9)).toBe(4); // the middle of 3×3
  });

  test("leaves one tensor per part", () => {
    const images = tf.ones([1, 1, 3, 1]) as tf.Tensor4D;
    expectTensorDelta(() => fftshift(images), 1);
    expectTensorDelta(() => fftshift({ re: images, im: images }), 2);
  });
});
