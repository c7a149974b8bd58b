import { asUnitImages } from "@apr-kit/contracts";
import { startEngine } from "@apr-kit/engine";
import { expectTensorDelta } from "@apr-kit/testing";
import { beforeAll, describe, expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import { odinScores } from "./odinScores.ts";
import { oodScores } from "./oodScores.ts";

beforeAll(() => startEngine({ engine: "cpu" }));

/** Linear on four pixels; class 0 likes what class 1 does not. */
const weights = [0.5, -0.5, 2, -2, -1, 1, 0, 0];
const images = () =>
  asUnitImages(tf.tensor4d([0.2, 0.4, 0.6, 0.8, 0.9, 0.1, 0.3, 0.5], [2, 2, 2, 1]));
const predict = (pixels: tf.Tensor4D) =>
  tf.matMul(tf.reshape(pixels, [-1, 4]), tf.tensor2d(weights, [4, 2])) as tf.Tensor2D;

describe("odinScores", () => {
  test("without a step is the tempered maximum probability", () => {
    const logits = predict(images()).dataSync();
    const plain = oodScores(logits, { classes: 2, score: "msp", temperature: 10 });
    expect(odinScores(predict, images(), { temperature: 10, epsilon: 0 })).toEqual(plain);
  });

  test("steps every pixel by epsilon towards the class that it predicts", () => {
    // Class 0 gains on class 1 by 1, 4, -2, 0 per pixel, so a step of e raises its lead by 7 e, or lowers it by as much.
    const epsilon = 0.01;
    const logits = predict(images()).dataSync();
    const scores = odinScores(predict, images(), { temperature: 2, epsilon });
    scores.forEach((score, row) => {
      const lead = Math.abs(logits[row * 2]! - logits[row * 2 + 1]!) + 7 * epsilon;
      expect(score).toBeCloseTo(1 / (1 + Math.exp(-lead / 2)), 6);
    });
  });

  test("does not depend on batch-mates and leaves no tensor", () => {
    const both = images();
    const [first] = odinScores(predict, asUnitImages(tf.slice(both, 0, 1)));
    expect(first).toBeCloseTo(odinScores(predict, both)[0]!, 10);
    const kept = tf.tensor2d(weights, [4, 2]);
    const tidyPredict = (pixels: tf.Tensor4D) =>
      tf.tidy(() => tf.matMul(tf.reshape(pixels, [-1, 4]), kept) as tf.Tensor2D);
    expectTensorDelta(() => odinScores(tidyPredict, both), 0);
  });

  test("refuses a negative step and a temperature of 0", () => {
    expect(() => odinScores(predict, images(), { epsilon: -1 })).toThrow(
      "odinScores: expected epsilon to be ≥ 0 and finite, got -1",
    );
    expect(() => odinScores(predict, images(), { temperature: 0 })).toThrow(
      "odinScores: expected temperature to be positive and finite, got 0",
    );
  });
});
