/** @file The laws of laws.ts, on every engine of this process. */
import { expectAllClose, unitImages } from "@apr-kit/testing";
import { expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { describeOnEveryEngine } from "./engines.ts";
import { laws, SHAPES, transforms } from "./laws.ts";
import { randomImages, type Shape4 } from "./random.ts";

const LARGE_SHAPE: Shape4 = [1, 224, 224, 1];
const SMALL = 300; // elements, for fftn and rfftn, whose axes make many
const cases = laws.flatMap((law) =>
  transforms.flatMap((transform) =>
    SHAPES.filter(
      (shape) => !transform.name.includes("fftn") || tf.util.sizeFromShape(shape) <= SMALL,
    ).map((shape) => [transform.name, shape.join(), law.title, law, transform, shape] as const),
  ),
);

describeOnEveryEngine("laws", () => {
  test.each(cases)("%s of [%s] %s", (_name, _shape, _title, law, transform, shape) => {
    tf.tidy(() => {
      for (const { actual, expected, ...closeness } of law.checks(transform, shape)) {
        expectAllClose(actual, expected, closeness);
      }
    });
  });

  test.each(transforms.filter(({ name }) => !name.includes("fftn")))(
    "$name of a large image is undone by its inverse",
    (transform) => {
      tf.tidy(() => {
        const images = randomImages(LARGE_SHAPE, 1);
        const spectrum = transform.forward(images, "backward");
        const back = transform.inverse(spectrum, LARGE_SHAPE, "backward");
        expectAllClose(back, images, { rtol: 1e-6, atol: 2e-6 });
      });
    },
  );

  test.each(transforms)("$name is undone by its inverse for images of any sides", (transform) => {
    fc.assert(
      fc.property(unitImages({ maxSide: 9 }), ({ data, shape }) => {
        tf.tidy(() => {
          const images = tf.tensor4d(data, shape);
          const back = transform.inverse(transform.forward(images, "ortho"), shape, "ortho");
          expectAllClose(back, images, { rtol: 1e-6, atol: 1e-6 });
        });
      }),
      { numRuns: 20 },
    );
  });

  test.each(transforms)("$name of an empty batch is empty, or refused", ({ forward, axes }) => {
    const empty = tf.zeros([0, 4, 4, 1]) as tf.Tensor4D;
    if (axes.includes(0)) {
      expect(() => forward(empty, "backward")).toThrow(
        "expected a batch ≥ 1 to transform along it",
      );
      return;
    }
    const { re, im } = forward(empty, "backward");
    expect([re.shape[0], im.shape[0]]).toEqual([0, 0]);
    tf.dispose([re, im]);
  });
});
