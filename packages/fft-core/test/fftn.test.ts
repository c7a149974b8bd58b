/** @file Transforms along any axes against the definition, on every engine. */
import { expectAllClose } from "@apr-kit/testing";
import { expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import { fft2, fft3, fftn, ifftn, irfftn, rfft2, rfftn } from "../src/index.ts";
import { describeOnEveryEngine } from "./engines.ts";
import { naiveDft } from "./naiveDft.ts";
import { randomImages, randomPair, type Shape4 } from "./random.ts";

const SHAPE: Shape4 = [3, 5, 4, 6];
const AXES = [[0], [1], [2], [3], [2, 1], [0, 3], [3, 1, 2], [0, 1, 2, 3], [-1, -3]];
const CLOSE = { rtol: 1e-5, atol: 2e-5 };

describeOnEveryEngine("fftn", () => {
  test.each(AXES.map((axes) => [axes]))("over %j is the definition", (axes) => {
    tf.tidy(() => {
      const fromFront = axes.map((axis) => (axis + 4) % 4);
      const input = randomPair(SHAPE, 1);
      const numbers = { re: [...input.re.dataSync()], im: [...input.im.dataSync()] };
      const forward = naiveDft(numbers, SHAPE, fromFront);
      expectAllClose(fftn(input, { axes }).re, forward.re, CLOSE);
      expectAllClose(fftn(input, { axes }).im, forward.im, CLOSE);
      const backward = naiveDft(numbers, SHAPE, fromFront, { inverse: true });
      expectAllClose(ifftn(input, { axes, norm: "forward" }).re, backward.re, CLOSE);
      expectAllClose(ifftn(input, { axes, norm: "forward" }).im, backward.im, CLOSE);
    });
  });

  test.each(AXES.map((axes) => [axes]))(
    "of real images over %j is halved in the last axis",
    (axes) => {
      tf.tidy(() => {
        const images = randomImages(SHAPE, 2);
        const halved = ((axes.at(-1) as number) + 4) % 4;
        const side = SHAPE[halved] as number;
        const half = SHAPE.map((s, axis) =>
          axis === halved ? Math.floor(side / 2) + 1 : s,
        ) as Shape4;
        const whole = fftn(images, { axes, norm: "ortho" });
        const spectrum = rfftn(images, { axes, norm: "ortho" });
        for (const part of ["re", "im"] as const) {
          const kept = tf.slice4d(whole[part], [0, 0, 0, 0], half);
          expectAllClose(spectrum[part], kept, CLOSE);
        }
        expectAllClose(irfftn(spectrum, { axes, size: side, norm: "ortho" }), images, CLOSE);
      });
    },
  );

  test("over height and width is fft2, over all but the batch fft3", () => {
    tf.tidy(() => {
      const images = randomImages(SHAPE, 3);
      expectAllClose(fftn(images, { axes: [1, 2] }).im, fft2(images).im, CLOSE);
      expectAllClose(fftn(images, { axes: [3, 2, 1] }).im, fft3(images).im, CLOSE);
      expectAllClose(rfftn(images, { axes: [1, 2] }).im, rfft2(images).im, CLOSE);
    });
  });

  test("does not count what the spectrum of real images cannot have, as NumPy", () => {
    const re = tf.tensor4d([4, 0, 0], [1, 3, 1, 1]);
    const im = tf.tensor4d([7, 0, 7], [1, 3, 1, 1]); // at frequencies 0 and size/2
    expectAllClose(irfftn({ re, im }, { axes: [1], size: 4 }), [1, 1, 1, 1]);
  });
});

test.each([
  [[], "[]"],
  [[4], "[4]"],
  [[1, -3], "[1, -3]"],
  [[1.5], "[1.5]"],
])("fftn refuses axes %j", (axes, shown) => {
  expect(() => fftn(tf.zeros([1, 2, 2, 1]), { axes })).toThrow(
    `fftn: expected axes to be one or more different integers in [-4, 4), got ${shown}`,
  );
});

test("irfftn refuses a size that does not fit", () => {
  const pair = { re: tf.zeros([1, 3, 2, 1]), im: tf.zeros([1, 3, 2, 1]) } as ReturnType<
    typeof fftn
  >;
  expect(() => irfftn(pair, { axes: [1], size: 6 })).toThrow(
    "irfftn: expected a half spectrum of 4 frequencies along axis 1 for size 6, got [1, 3, 2, 1]",
  );
});

test("rfftn refuses to transform along an empty batch", () => {
  expect(() => rfftn(tf.zeros([0, 2, 2, 1]), { axes: [0] })).toThrow(
    "rfftn: expected a batch ≥ 1 to transform along it, got [0, 2, 2, 1]",
  );
});
