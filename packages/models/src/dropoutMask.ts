import { createRng, show, ValueError } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import type { DropoutKey } from "./model.ts";

/**
 * Draws a mask of 0 and 2, each with probability 1/2, so that the mean of what it multiplies stays.
 *
 * Randomness: the stream { seed, purpose: "dropout.<name>", epoch: step }, one bit per element in
 * row-major order. An element's bit therefore depends on its place in the batch.
 *
 * @throws {ValueError} if `key` is missing
 */
export function dropoutMask(
  shape: tf.Tensor4D["shape"],
  { name, key }: { readonly name: string; readonly key: DropoutKey | undefined },
): tf.Tensor4D {
  if (key === undefined) {
    throw new ValueError("apply", {
      expected: "options.dropout { seed, step } for a network with dropout in training",
      actual: show(key),
    });
  }
  const rng = createRng({ seed: key.seed, purpose: `dropout.${name}`, epoch: key.step });
  const values = new Float32Array(tf.util.sizeFromShape(shape));
  let word = 0;
  for (let i = 0; i < values.length; i++) {
    if (i % 32 === 0) word = rng.uint32();
    values[i] = (word & 1) * 2;
    word >>>= 1;
  }
  return tf.tensor4d(values, shape);
}
