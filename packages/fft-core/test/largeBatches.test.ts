/** @file On TensorFlow, large results of rfft2 are written another way than small ones. */
import { availableEngines, startEngine } from "@apr-kit/engine";
import { describe, expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import { irfft2, rfft2 } from "../src/index.ts";
import { randomImages, type Shape4 } from "./random.ts";

const engines = await availableEngines();

(engines.includes("tensorflow") ? describe : describe.skip)("rfft2 of a large batch", () => {
  test.each([
    [84, 224, 224],
    [250, 93, 186],
    [90, 155, 310],
    [300, 250, 55],
  ])("%d×%d×%d gives every image the bits that it has by itself", async (batch, height, width) => {
    await startEngine({ engine: "tensorflow", threads: 2 });
    tf.tidy(() => {
      const shape: Shape4 = [batch, height, width, 1];
      const images = randomImages(shape, batch);
      const spectrum = rfft2(images);
      for (const place of [0, 1, Math.floor(batch / 2), batch - 1]) {
        const image = tf.slice(images, [place, 0, 0, 0], [1, height, width, 1]);
        const alone = rfft2(image);
        for (const part of ["re", "im"] as const) {
          const row = tf.slice(spectrum[part], [place, 0, 0, 0], alone[part].shape);
          expect(row.dataSync()).toEqual(alone[part].dataSync());
        }
        const back = irfft2(alone, { width });
        expect(tf.max(tf.abs(tf.sub(back, image))).dataSync()[0]).toBeLessThan(1e-5);
      }
    });
  });
});
