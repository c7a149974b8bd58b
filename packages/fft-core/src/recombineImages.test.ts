import "@tensorflow/tfjs-backend-cpu";
import { describe, expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import { amplitude, phase, recombine, recombineImages } from "./index.ts";

const one = (value: number) => tf.fill([1, 1, 1, 1], value) as tf.Tensor4D;

describe("recombineImages", () => {
  test("of single pixels takes the size of one and the sign of the other", () => {
    const values = [
      [3, -2, -3],
      [-3, 2, 3],
      [3, 0, 3],
      [0, -2, -0],
    ] as const;
    for (const [donor, own, expected] of values) {
      const out = recombineImages(one(donor), one(own), { axes: "spatial" });
      expect(out.dataSync()[0]).toBe(expected);
    }
  });

  test("refuses shapes that differ and axes it does not know", () => {
    const images = tf.ones([2, 4, 4, 3]) as tf.Tensor4D;
    expect(() => recombineImages(tf.ones([1, 4, 4, 3]), images, { axes: "spatial" })).toThrow(
      "recombineImages: expected amplitudeFrom and phaseFrom of one shape, got [1, 4, 4, 3] and [2, 4, 4, 3]",
    );
    expect(() => recombineImages(images, images, { axes: "channel" as "spatial" })).toThrow(
      'recombineImages: expected axes to be "spatialAndChannel" or "spatial", got "channel"',
    );
    expect(() =>
      recombineImages(images, tf.ones([4, 4, 3]) as unknown as tf.Tensor4D, { axes: "spatial" }),
    ).toThrow(
      "recombineImages: expected images of shape [batch, height, width, channel], got [4, 4, 3]",
    );
  });
});

describe("recombine", () => {
  test("joins amplitude 5 to phase π/2", () => {
    const { re, im } = recombine({ re: one(3), im: one(4) }, { re: one(0), im: one(7) });
    expect([re.dataSync()[0], im.dataSync()[0]]).toEqual([0, 5]);
  });

  test("refuses spectra of different shape", () => {
    const pair = { re: one(1), im: one(1) };
    const wide = { re: tf.ones([1, 1, 2, 1]), im: tf.ones([1, 1, 2, 1]) } as typeof pair;
    expect(() => recombine(pair, wide)).toThrow(
      "recombine: expected amplitudeFrom and phaseFrom of one shape, got [1, 1, 1, 1] and [1, 1, 2, 1]",
    );
  });
});

describe("amplitude and phase", () => {
  test("of 3 + 4i are 5 and atan2(4, 3)", () => {
    const pair = { re: one(3), im: one(4) };
    expect(amplitude(pair).dataSync()[0]).toBe(5);
    expect(phase(pair).dataSync()[0]).toBeCloseTo(Math.atan2(4, 3), 6);
  });

  test("of 0 are 0, and of -1 the phase is +π", () => {
    expect(phase({ re: one(0), im: one(0) }).dataSync()[0]).toBe(0);
    expect(phase({ re: one(-1), im: one(0) }).dataSync()[0]).toBeCloseTo(Math.PI, 6);
  });
});
