import { asUnitImages } from "@apr-kit/contracts";
import { expectAllClose, expectTensorDelta } from "@apr-kit/testing";
import { expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import { drawSigns } from "../src/drawSigns.ts";
import { perturbImages, planeWaves } from "../src/index.ts";
import { describeOnEveryEngine } from "./engines.ts";

const options = {
  epsL2: 0.25,
  signs: "perChannel",
  phaseRadians: 0.5,
  clip: false,
  seed: 3,
} as const;
const frequencies = [
  { row: -1, column: 2 },
  { row: 0, column: 0 },
];

function grey(batch: number, side = 6) {
  return asUnitImages(tf.fill([batch, side, side + 1, 3], 0.5));
}

describeOnEveryEngine("perturbImages", () => {
  test("moves each channel by sign · epsL2 · wave", () => {
    const samples = Int32Array.of(4, 9, 2);
    const moved = perturbImages(grey(3), frequencies, { ...options, samples });
    expect(moved.shape).toEqual([6, 6, 7, 3]);
    const sides = { height: 6, width: 7 };
    const waves = planeWaves(frequencies, { ...sides, phaseRadians: 0.5 }).dataSync();
    const signs = drawSigns(frequencies, samples, { ...options, ...sides, channels: 3 });
    const expected = Float32Array.from({ length: 6 * 42 * 3 }, (_, index) => {
      const channel = index % 3;
      const pixel = Math.floor(index / 3) % 42;
      const image = Math.floor(index / (3 * 42)); // frequency · 3 + sample
      return 0.5 + 0.25 * signs[3 * image + channel]! * waves[42 * Math.floor(image / 3) + pixel]!;
    });
    expectAllClose(moved.dataSync(), expected);
  });

  test("has norm epsL2 per channel before clipping, and stays in [0, 1] with it", () => {
    const samples = Int32Array.of(0);
    const strong = { ...options, epsL2: 9, samples };
    const free = perturbImages(grey(1), frequencies, strong).dataSync();
    for (const offset of [0, 1, 2]) {
      let squares = 0;
      for (let pixel = 0; pixel < 42; pixel++) squares += (free[3 * pixel + offset]! - 0.5) ** 2;
      expect(Math.sqrt(squares)).toBeCloseTo(9, 4);
    }
    const clipped = perturbImages(grey(1), frequencies, { ...strong, clip: true }).dataSync();
    expectAllClose(
      clipped,
      free.map((value) => Math.min(1, Math.max(0, value))),
    );
  });

  test("does the same to an image in any company", () => {
    const all = perturbImages(grey(3), frequencies, {
      ...options,
      samples: Int32Array.of(5, 6, 7),
    });
    const one = perturbImages(grey(1), [frequencies[1]!], {
      ...options,
      samples: Int32Array.of(6),
    });
    expect(one.dataSync()).toEqual(all.dataSync().slice(4 * 126, 5 * 126));
  });

  test("leaves one tensor", () => {
    const images = grey(2);
    const samples = Int32Array.of(0, 1);
    expectTensorDelta(() => perturbImages(images, frequencies, { ...options, samples }), 1);
    images.dispose();
  });
});

const drawOptions = { seed: 1, channels: 3, height: 8, width: 8 } as const;

test("drawSigns draws both signs equally often, apart for every image, channel and frequency", () => {
  const samples = Int32Array.from({ length: 500 }, (_, index) => index);
  const at = [
    { row: -1, column: 0 },
    { row: -1, column: 1 },
  ];
  const drawn = drawSigns(at, samples, { ...drawOptions, signs: "perChannel" });
  expect(drawn).toHaveLength(3000);
  expect(drawn.every((sign) => sign === 1 || sign === -1)).toBe(true);
  const correlation = (lag: number) =>
    drawn.reduce((sum, sign, index) => sum + sign * (drawn[index + lag] ?? 0), 0) / drawn.length;
  expect(Math.abs(drawn.reduce((sum, sign) => sum + sign, 0) / 3000)).toBeLessThan(0.07);
  for (const lag of [1, 2, 3, 1500]) expect(Math.abs(correlation(lag))).toBeLessThan(0.07);
});

test("drawSigns draws one sign an image, or none, when told so", () => {
  const samples = Int32Array.from({ length: 40 }, (_, index) => index);
  const at = [{ row: -1, column: 0 }];
  const perImage = drawSigns(at, samples, { ...drawOptions, signs: "perImage" });
  for (let image = 0; image < 40; image++) {
    expect(new Set(perImage.subarray(3 * image, 3 * image + 3)).size).toBe(1);
  }
  expect(new Set(perImage).size).toBe(2);
  expect(new Set(drawSigns(at, samples, { ...drawOptions, signs: "none" }))).toEqual(new Set([1]));
});
