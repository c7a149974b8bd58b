import { asByteImages, type PixelBatch } from "@apr-kit/contracts";
import { expectAllClose, expectTensorDelta } from "@apr-kit/testing";
import { describe, expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import {
  type AugMixDraw,
  applyAugMix,
  augMix,
  drawAugMix,
  jensenShannon,
  OVERLAPPING_OP_NAMES,
} from "../src/index.ts";
import { describeOnEveryEngine } from "./engines.ts";
import { decodeBytes, decodeFloats, picture, readGolden } from "./golden.ts";

interface AugMixGolden {
  readonly mixtures: readonly {
    readonly shape: PixelBatch["shape"];
    readonly input: string;
    readonly draw: AugMixDraw;
    readonly normalised: string;
  }[];
  readonly consistency: {
    readonly logits: readonly number[][][];
    readonly weights: readonly number[];
    readonly losses: readonly number[];
    readonly gradients: readonly number[][][];
  };
}

const golden = readGolden<AugMixGolden>("augMix");
const KEY = { seed: 4, epoch: 2 };

describeOnEveryEngine("AugMix", () => {
  test.each(golden.mixtures.map((mixture) => [mixture.shape, mixture] as const))(
    "of recorded draws equals the official code's on normalised images, %j",
    (shape, { input, draw, normalised }) => {
      const pixels = { shape, data: decodeBytes(input) };
      const mixed = applyAugMix(pixels, [draw]);
      const expected = tf.tensor4d(decodeFloats(normalised), [...shape]);
      expectAllClose(tf.div(tf.sub(mixed, 0.5), 0.5), expected, { rtol: 0, atol: 1e-6 });
    },
  );

  test("is the same for tensors as for bytes, and leaves one tensor behind", () => {
    const pixels = { ...picture("noise", 3 * 9, 7), shape: [3, 9, 7, 3] as const };
    const images = asByteImages(tf.tensor4d(Float32Array.from(pixels.data), [...pixels.shape]));
    const options = { ...KEY, samples: [5, 6, 7] };
    expectTensorDelta(() => augMix(pixels, options), 1);
    expect([...augMix(images, options).dataSync()]).toEqual([
      ...augMix(pixels, options).dataSync(),
    ]);
  });

  test("of an image does not depend on the batch it is in", () => {
    const pixels = { ...picture("noise", 3 * 9, 7), shape: [3, 9, 7, 3] as const };
    const whole = augMix(pixels, { ...KEY, samples: [5, 6, 7] }).dataSync();
    const data = pixels.data.slice(2 * 189);
    const alone = augMix({ data, shape: [1, 9, 7, 3] }, { ...KEY, samples: [7] }).dataSync();
    expect([...whole.slice(2 * 189)]).toEqual([...alone]);
  });
});

describeOnEveryEngine("jensenShannon", () => {
  const { logits, weights, losses, gradients } = golden.consistency;
  const views = () => logits.map((view) => tf.tensor2d([...view]));

  test("equals the official loss in PyTorch, also below the clamp", () => {
    expectAllClose(jensenShannon(views()), tf.tensor1d([...losses]), { rtol: 2e-6, atol: 1e-6 });
  });

  test("has PyTorch's gradient", () => {
    const actual = tf.grads((...all) => jensenShannon(all as tf.Tensor2D[]))(
      views(),
      tf.tensor1d([...weights]),
    );
    for (const [view, gradient] of actual.entries()) {
      expectAllClose(gradient, tf.tensor2d([...gradients[view]!]), { rtol: 2e-5, atol: 1e-5 });
    }
  });

  test("without a clamp is at most log n, and 0 where views agree", () => {
    const apart = [0, 1, 2].map((place) => tf.tensor2d([[0, 0, 0].with(place, 200)]));
    expect(jensenShannon(apart, { clamp: 0 }).dataSync()[0]).toBeCloseTo(Math.log(3), 6);
    const same = [apart[0]!, apart[0]!];
    expect(jensenShannon(same, { clamp: 0 }).dataSync()[0]).toBeCloseTo(0, 6);
  });
});

describe("drawAugMix", () => {
  const shape = [2000, 32, 32, 3] as const;
  const samples = [...Array(2000).keys()];

  test("draws uniform weights, mixtures and depths", () => {
    const draws = drawAugMix(shape, { ...KEY, samples });
    const mean = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length;
    const variance = (values: readonly number[]) =>
      mean(values.map((value) => (value - mean(values)) ** 2));
    const first = draws.map(({ weights }) => weights[0]!);
    // Dirichlet(1, 1, 1): mean 1/3, variance 1/18; Beta(1, 1): 1/2 and 1/12
    expect(mean(first)).toBeCloseTo(1 / 3, 1);
    expect(variance(first)).toBeCloseTo(1 / 18, 2);
    expect(mean(draws.map(({ mixture }) => mixture))).toBeCloseTo(0.5, 1);
    expect(variance(draws.map(({ mixture }) => mixture))).toBeCloseTo(1 / 12, 2);
    const lengths = draws.flatMap(({ chains }) => chains.map((chain) => chain.length));
    for (const length of [1, 2, 3]) {
      expect(lengths.filter((other) => other === length).length / 6000).toBeCloseTo(1 / 3, 1);
    }
    for (const { weights } of draws) expect(weights.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
  });

  test("with a small concentration gives nearly all to one chain", () => {
    const draws = drawAugMix(shape, { ...KEY, samples, concentration: 0.01 });
    const largest = draws.map(({ weights }) => Math.max(...weights));
    expect(largest.filter((weight) => weight > 0.99).length).toBeGreaterThan(1800);
  });

  test("draws other views from other streams, and the overlapping operations only on demand", () => {
    const views = [0, 1].map((view) => drawAugMix(shape, { ...KEY, samples, view }));
    expect(views[0]).not.toEqual(views[1]);
    const used = (draws: AugMixDraw[]) =>
      new Set(draws.flatMap(({ chains }) => chains.flat().map(({ op }) => op)));
    expect(used(views[0]!).size).toBe(9);
    const overlapping = { ...KEY, samples, ops: OVERLAPPING_OP_NAMES };
    expect(used(drawAugMix(shape, overlapping)).size).toBe(4);
  });
});

describe("AugMix refuses", () => {
  const shape = [1, 4, 4, 3] as const;
  const key = { ...KEY, samples: [0] };

  test.each([
    [{ width: 0 }, "expected width to be an integer of at least 1, got 0"],
    [{ depth: 1.5 }, "expected depth to be an integer of at least 1, got 1.5"],
    [{ concentration: Number.NaN }, "expected concentration above 0, got NaN"],
    [{ view: -1 }, "expected view to be an integer of at least 0, got -1"],
  ])("%j", (option, message) => {
    expect(() => drawAugMix(shape, { ...key, ...option })).toThrow(`augMix: ${message}`);
  });

  test("draws that do not fit, and logits that do not", () => {
    const pixels = { data: new Uint8Array(48), shape };
    const draw = { chains: [[]], weights: [1], mixture: 2 };
    expect(() => applyAugMix(pixels, [draw])).toThrow(
      "augMix: expected weights and mixture in [0, 1], got 2",
    );
    expect(() => applyAugMix(pixels, [{ ...draw, weights: [] }])).toThrow(
      "augMix: expected 1 chains and as many weights in every draw, got 1 and 0",
    );
    expect(() => jensenShannon([tf.zeros([2, 3])])).toThrow(
      "jensenShannon: expected logits of at least two views, each [batch, classes], got [2, 3]",
    );
    expect(() => jensenShannon([tf.zeros([2, 3]), tf.zeros([2, 3])], { clamp: 1 })).toThrow(
      "jensenShannon: expected clamp in [0, 1), got 1",
    );
  });
});
