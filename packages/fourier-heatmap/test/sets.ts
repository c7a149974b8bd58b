import { createRng, type UnitImages } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import type { LabelledImages } from "../src/labelledImages.ts";

/** Random bytes of some shape with labels below `classes`, the same for equal arguments. */
export function randomSet(
  shape: LabelledImages["images"]["shape"],
  { classes = 3, seed = 1 } = {},
): LabelledImages {
  const rng = createRng({ seed, purpose: "test.pixels" });
  const size = shape.reduce((product, side) => product * side, 1);
  return {
    images: { data: Uint8Array.from({ length: size }, () => rng.integer(256)), shape },
    labels: Array.from({ length: shape[0] }, () => rng.integer(classes)),
  };
}

/** Mid-grey images of class 0. */
export function greySet(shape: LabelledImages["images"]["shape"]): LabelledImages {
  const size = shape.reduce((product, side) => product * side, 1);
  return {
    images: { data: new Float32Array(size).fill(0.5), shape },
    labels: new Array(shape[0]).fill(0),
  };
}

/** A fixed random linear classifier: logits = flatten(images) · weights. */
export function linearPredict(features: number, classes = 3) {
  const rng = createRng({ seed: 7, purpose: "test.weights" });
  const weights = Float32Array.from({ length: features * classes }, () => rng.normal());
  const predict = (images: UnitImages) =>
    tf.tidy(() =>
      tf.matMul(
        tf.reshape(images, [images.shape[0], features]),
        tf.tensor2d(weights, [features, classes]),
      ),
    ) as tf.Tensor2D;
  return { predict, weights };
}
