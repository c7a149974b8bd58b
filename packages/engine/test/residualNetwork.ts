import { createRng } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import { batchNormTraining } from "../src/ops/batchNormTraining.ts";
import { castPrecision } from "../src/ops/castPrecision.ts";
import { conv2d } from "../src/ops/conv2d.ts";
import type { Precision } from "../src/ops/precision.ts";
import { softmaxCrossEntropy } from "../src/ops/softmaxCrossEntropy.ts";

const SHAPES = {
  stem: [3, 3, 3, 8],
  down: [3, 3, 8, 16],
  same: [3, 3, 16, 16],
  shortcut: [1, 1, 8, 16],
  stemScale: [8],
  stemOffset: [8],
  blockScale: [16],
  blockOffset: [16],
  head: [16, 10],
} as const;

type Weights = Record<keyof typeof SHAPES, tf.Tensor>;

/** Draws weights and a batch: the same on every engine. */
export function drawNetwork(): { images: tf.Tensor4D; labels: tf.Tensor1D; weights: tf.Tensor[] } {
  const rng = createRng({ seed: 5, purpose: "residualNetwork" });
  const draw = (shape: readonly number[]) =>
    tf.tensor(
      Float32Array.from({ length: tf.util.sizeFromShape([...shape]) }, () => rng.normal() / 3),
      [...shape],
    );
  return {
    images: draw([4, 12, 12, 3]) as tf.Tensor4D,
    labels: tf.tensor1d([1, 9, 0, 4], "int32"),
    weights: Object.values(SHAPES).map(draw),
  };
}

/** Mean loss of a stem, one residual block that halves the image (both in `precision`), global average and a linear head. */
export function residualLoss(
  images: tf.Tensor4D,
  labels: tf.Tensor1D,
  list: tf.Tensor[],
  precision: Precision = "float32",
): tf.Scalar {
  const weights = Object.fromEntries(
    Object.keys(SHAPES).map((name, i) => [name, list[i]]),
  ) as Weights;
  const norm = (x: tf.Tensor4D, at: "stem" | "block") =>
    batchNormTraining(
      x,
      weights[`${at}Scale`] as tf.Tensor1D,
      weights[`${at}Offset`] as tf.Tensor1D,
    ).output;
  const filter = (name: keyof Weights) => castPrecision(weights[name] as tf.Tensor4D, precision);
  const stem = tf.relu(
    norm(conv2d(castPrecision(images, precision), filter("stem"), { padding: 1 }), "stem"),
  );
  const down = norm(conv2d(stem, filter("down"), { stride: 2, padding: 1 }), "block");
  const same = norm(conv2d(tf.relu(down), filter("same"), { padding: 1 }), "block");
  const shortcut = norm(conv2d(stem, filter("shortcut"), { stride: 2 }), "block");
  const last = castPrecision(tf.relu(tf.add(same, shortcut)), "float32");
  const features = tf.mean<tf.Tensor2D>(last, [1, 2]);
  const logits = tf.matMul(features, weights.head as tf.Tensor2D) as tf.Tensor2D;
  return tf.mean(softmaxCrossEntropy(logits, labels, { labelSmoothing: 0.1 }));
}
