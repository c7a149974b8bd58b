import { expectAllClose, expectTensorDelta } from "@apr-kit/testing";
import { describe, expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import { describeOnEveryEngine } from "../test/engines.ts";
import { randomImages, type Shape4 } from "../test/random.ts";
import { recombineImages, recombineWithin } from "./index.ts";

const AXES = ["spatialAndChannel", "spatial"] as const;
const SHAPES: Shape4[] = [
  [3, 1, 1, 3],
  [3, 7, 5, 3],
  [3, 8, 6, 1],
  [3, 32, 32, 3],
  [3, 66, 9, 3],
  [3, 4, 5, 4],
];

describeOnEveryEngine("recombineWithin", () => {
  describe.each(AXES)("over %s", (axes) => {
    test.each(SHAPES)(
      "equals recombination of the gathered batch with the batch [%d,%d,%d,%d]",
      (...shape) => {
        tf.tidy(() => {
          const images = randomImages(shape, 1);
          for (const partners of [
            [2, 0, 1],
            [0, 0, 0],
          ]) {
            const donors = tf.gather(images, partners);
            expectAllClose(
              recombineWithin(images, { partners, axes }),
              recombineImages(donors, images, { axes }),
              { rtol: 1e-5, atol: 1e-5 },
            );
          }
        });
      },
    );

    test.each([[[2, 0, 1]], [[1, 1, 1]], [[0, 1, 0]]])(
      "has the gradient of both roles together, for partners %j",
      (partners) => {
        tf.tidy(() => {
          const images = randomImages([3, 4, 5, 3], 2);
          const weights = randomImages([3, 4, 5, 3], 3);
          const actual = tf.grad((x) => recombineWithin(x as tf.Tensor4D, { partners, axes }))(
            images,
            weights,
          );
          const [toDonors, toOwn] = tf.grads((a, p) =>
            recombineImages(a as tf.Tensor4D, p as tf.Tensor4D, { axes }),
          )([tf.gather(images, partners), images], weights) as [tf.Tensor, tf.Tensor];
          const returned = tf.matMul(
            tf.oneHot(tf.tensor1d(partners, "int32"), 3),
            tf.reshape(toDonors, [3, -1]),
            true,
          );
          expectAllClose(actual, tf.add(toOwn, tf.reshape(returned, [3, 4, 5, 3])), {
            rtol: 1e-4,
            atol: 1e-4,
          });
        });
      },
    );
  });

  test("leaves one tensor behind, and takes an empty batch", () => {
    const images = randomImages([2, 4, 6, 3], 4);
    expectTensorDelta(() => recombineWithin(images, { partners: [1, 0], axes: "spatial" }), 1);
    images.dispose();
    const none = tf.zeros<tf.Rank.R4>([0, 4, 4, 3]);
    expect(recombineWithin(none, { partners: [], axes: "spatial" }).shape).toEqual([0, 4, 4, 3]);
  });
});

test("recombineWithin names a partner outside of the batch, and partners of another number", () => {
  const images = tf.zeros<tf.Rank.R4>([2, 1, 1, 1]);
  expect(() => recombineWithin(images, { partners: [0, 2], axes: "spatial" })).toThrow(
    "recombineWithin: expected partners to be integers in [0, 2), got 2",
  );
  expect(() => recombineWithin(images, { partners: [0], axes: "spatial" })).toThrow(
    "recombineWithin: expected partners of length 2, one for each image, got 1",
  );
});
