import { expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-core/dist/register_all_gradients.js";
import { describeOnEveryEngine } from "../test/engines.ts";
import { takeRows } from "./takeRows.ts";

describeOnEveryEngine("takeRows", () => {
  test("takes images in any order, and more than once", () => {
    const images = tf.tensor4d([10, 11, 20, 21, 30, 31], [3, 1, 2, 1]);
    expect([...takeRows(images, [2, 0, 0]).dataSync()]).toEqual([30, 31, 10, 11, 10, 11]);
    expect(takeRows(images, []).shape).toEqual([0, 1, 2, 1]);
  });

  test("sends to each image the sum of what was taken from it", () => {
    const images = tf.tensor4d([10, 11, 20, 21, 30, 31], [3, 1, 2, 1]);
    const weights = tf.tensor4d([1, 2, 3, 4, 5, 6], [3, 1, 2, 1]);
    const gradient = tf.grad((x) => takeRows(x as tf.Tensor4D, [2, 0, 0]));
    expect([...gradient(images, weights).dataSync()]).toEqual([8, 10, 0, 0, 1, 2]);
  });
});
