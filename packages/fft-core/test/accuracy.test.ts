/** @file Error of the float32 kernels against the float64 reference, as the README states it. */
import { expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import { transformAxes } from "../src/fourier/transformAxes.ts";
import { irfft2, rfft2 } from "../src/index.ts";
import { describeOnEveryEngine } from "./engines.ts";
import { randomImages, type Shape4 } from "./random.ts";

const LIMIT = 1e-6;

describeOnEveryEngine("accuracy", () => {
  test.each([28, 31, 32, 97, 224, 256, 509, 512])(
    "of rfft2 and back is within 1e-6 for side %d",
    (side) => {
      tf.tidy(() => {
        const shape: Shape4 = [1, 16, side, 1];
        const images = randomImages(shape, side);
        const half = Math.floor(side / 2) + 1;
        const input = {
          re: Float64Array.from(images.dataSync()),
          im: new Float64Array(images.size),
        };
        const work = { re: new Float64Array(images.size), im: new Float64Array(images.size) };
        const exact = transformAxes(input, work, shape, [1, 2]);
        const spectrum = rfft2(images);
        for (const part of ["re", "im"] as const) {
          const expected = exact[part].filter((_, i) => i % side < half);
          expect(relativeError(spectrum[part].dataSync(), expected)).toBeLessThan(LIMIT);
        }
        const back = irfft2(spectrum, { width: side });
        expect(relativeError(back.dataSync(), images.dataSync())).toBeLessThan(LIMIT);
      });
    },
  );
});

/** ‖actual - expected‖ / ‖expected‖. */
function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let error = 0;
  let size = 0;
  for (let i = 0; i < expected.length; i++) {
    error += ((actual[i] as number) - (expected[i] as number)) ** 2;
    size += (expected[i] as number) ** 2;
  }
  return Math.sqrt(error / size);
}
