import * as tf from "@tensorflow/tfjs-core";
import { takeRows } from "./takeRows.ts";

/**
 * Puts the images of two batches into one, in the order that `isFirst` gives.
 *
 * @param first  images for the places where isFirst holds, in order
 * @param second images for the others, in order
 */
export function mergeRows(
  first: tf.Tensor4D,
  second: tf.Tensor4D,
  isFirst: readonly boolean[],
): tf.Tensor4D {
  if (second.shape[0] === 0) return first;
  if (first.shape[0] === 0) return second;
  return tf.tidy(() => {
    let nextFirst = 0;
    let nextSecond = first.shape[0];
    const rows = isFirst.map((takesFirst) => (takesFirst ? nextFirst++ : nextSecond++));
    return takeRows(tf.concat([first, second], 0), rows);
  });
}
