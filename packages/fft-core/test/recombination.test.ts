/** @file Laws of recombination, on every engine. */
import { expectAllClose, expectTensorDelta, unitImages } from "@apr-kit/testing";
import { expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import {
  amplitude,
  irfft2,
  irfft3,
  phase,
  recombine,
  recombineImages,
  rfft2,
  rfft3,
} from "../src/index.ts";
import { describeOnEveryEngine } from "./engines.ts";
import { randomImages, randomPair, type Shape4 } from "./random.ts";

const AXES = ["spatial", "spatialAndChannel"] as const;
const SHAPES: Shape4[] = [
  [2, 1, 1, 3],
  [3, 7, 5, 1],
  [2, 8, 6, 3],
  [1, 31, 30, 3],
  [1, 32, 32, 4],
];
const CLOSE = { rtol: 1e-5, atol: 1e-5 };

describeOnEveryEngine("recombination", () => {
  test.each(AXES)("of images with themselves over %s changes nothing", (axes) => {
    fc.assert(
      fc.property(unitImages(), ({ data, shape }) => {
        tf.tidy(() => {
          const images = tf.tensor4d(data, shape);
          expectAllClose(recombineImages(images, images, { axes }), images, CLOSE);
        });
      }),
      { numRuns: 30 },
    );
  });

  test.each(SHAPES)(
    "keeps the amplitude of one and the phase of the other [%d,%d,%d,%d]",
    (...shape) => {
      tf.tidy(() => {
        const [donor, own] = [randomImages(shape, 1), randomImages(shape, 2)];
        for (const [axes, forward] of [
          ["spatial", rfft2],
          ["spatialAndChannel", rfft3],
        ] as const) {
          const spectrum = forward(recombineImages(donor, own, { axes }), { norm: "ortho" });
          const [donorSpectrum, ownSpectrum] = [
            forward(donor, { norm: "ortho" }),
            forward(own, { norm: "ortho" }),
          ];
          expectAllClose(amplitude(spectrum), amplitude(donorSpectrum), CLOSE);
          // Phases are compared as directions of equal length: they wrap, and are loose where small.
          const expected = recombine(donorSpectrum, ownSpectrum);
          expectAllClose(spectrum.re, expected.re, { rtol: 1e-4, atol: 1e-4 });
          expectAllClose(spectrum.im, expected.im, { rtol: 1e-4, atol: 1e-4 });
        }
      });
    },
  );

  test.each(SHAPES)("in one kernel equals its three steps [%d,%d,%d,%d]", (...shape) => {
    tf.tidy(() => {
      const [donor, own] = [randomImages(shape, 3), randomImages(shape, 4)];
      const [width, channels] = [shape[2], shape[3]];
      const spatial = irfft2(recombine(rfft2(donor), rfft2(own)), { width });
      const all = irfft3(recombine(rfft3(donor), rfft3(own)), { channels });
      expectAllClose(recombineImages(donor, own, { axes: "spatial" }), spatial, CLOSE);
      expectAllClose(recombineImages(donor, own, { axes: "spatialAndChannel" }), all, CLOSE);
    });
  });

  test("of spectra has the amplitude of the first and the phase of the second", () => {
    tf.tidy(() => {
      const [first, second] = [randomPair([2, 3, 4, 2], 5), randomPair([2, 3, 4, 2], 6)];
      const joined = recombine(first, second);
      expectAllClose(amplitude(joined), amplitude(first), CLOSE);
      expectAllClose(phase(joined), phase(second), CLOSE);
    });
  });

  test("gives a phase donor of zeros the phase 0", () => {
    tf.tidy(() => {
      const donor = randomImages([1, 4, 4, 1], 7);
      const out = recombineImages(donor, tf.zerosLike(donor), { axes: "spatial" });
      const spectrum = rfft2(out);
      expectAllClose(spectrum.re, amplitude(rfft2(donor)), CLOSE);
      expectAllClose(spectrum.im, tf.zerosLike(spectrum.im), CLOSE);
    });
  });

  test("gives a grey phase donor the phase 0 in chroma", () => {
    tf.tidy(() => {
      const donor = randomImages([1, 4, 4, 3], 7);
      const grey = tf.tile(randomImages([1, 4, 4, 1], 8), [1, 1, 1, 3]) as tf.Tensor4D;
      const out = recombineImages(donor, grey, { axes: "spatialAndChannel" });
      const chroma = (spectrum: tf.Tensor4D) => tf.slice(spectrum, [0, 0, 0, 1], [1, 4, 4, 1]);
      const { re, im } = rfft3(out);
      expectAllClose(chroma(re), chroma(amplitude(rfft3(donor))), CLOSE);
      expectAllClose(chroma(im), tf.zeros([1, 4, 4, 1]), CLOSE);
    });
  });

  test("of an amplitude donor of zeros is black", () => {
    tf.tidy(() => {
      const own = randomImages([1, 4, 5, 3], 8);
      const out = recombineImages(tf.zerosLike(own), own, { axes: "spatialAndChannel" });
      expect(out.dataSync().every((value) => value === 0)).toBe(true);
    });
  });

  test("gives each pair what it gives it alone", () => {
    tf.tidy(() => {
      const [donor, own] = [randomImages([3, 6, 5, 3], 9), randomImages([3, 6, 5, 3], 10)];
      const together = recombineImages(donor, own, { axes: "spatialAndChannel" });
      for (let index = 0; index < 3; index++) {
        const pick = (images: tf.Tensor4D) => tf.slice(images, [index, 0, 0, 0], [1, 6, 5, 3]);
        const alone = recombineImages(pick(donor), pick(own), { axes: "spatialAndChannel" });
        expectAllClose(alone, pick(together), { rtol: 1e-6, atol: 1e-7 });
      }
    });
  });

  test("and all its parts leave nothing behind", () => {
    const donor = randomImages([1, 5, 6, 3], 11);
    const own = randomImages([1, 5, 6, 3], 12);
    const spectrum = rfft2(own);
    expectTensorDelta(() => recombineImages(donor, own, { axes: "spatial" }), 1);
    expectTensorDelta(() => recombineImages(donor, own, { axes: "spatialAndChannel" }), 1);
    expectTensorDelta(() => recombine(spectrum, spectrum), 2);
    expectTensorDelta(() => rfft3(own), 2);
    expectTensorDelta(() => irfft2(spectrum, { width: 6 }), 1);
    expectTensorDelta(() => amplitude(spectrum), 1);
    expectTensorDelta(() => phase(spectrum), 1);
    expectTensorDelta(
      () =>
        tf.grads((a, p) =>
          recombineImages(a as tf.Tensor4D, p as tf.Tensor4D, { axes: "spatial" }),
        )([donor, own], own),
      2,
    );
    tf.dispose([donor, own, spectrum]);
  });
});
