import { ShapeError, show, ValueError } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import { showShape } from "./checks.ts";
import { Kernel } from "./kernels.ts";
import { hasOwnOperations } from "./ownOperations.ts";
import { runKernel } from "./runKernel.ts";

/**
 * Moves each of a list of averages towards a value: running statistics, averaged weights.
 *
 *     out = (1 − rate) · average + rate · value
 *
 * @param averages of any shape, float32
 * @param values   one per average, of its shape
 * @param rate     in [0, 1]
 * @returns the new averages; the caller disposes them, the arguments are left alone
 *
 * Gradient: none.
 * Cost:     on TensorFlow's CPU one operation for the whole list.
 *
 * @throws {ShapeError} if the lists differ in length, or a value's shape from its average's
 * @throws {ValueError} if the rate is out of range
 */
export function movingAverage<TTensor extends tf.Tensor>(
  averages: readonly TTensor[],
  values: readonly tf.Tensor[],
  rate: number,
): TTensor[] {
  if (!(rate >= 0 && rate <= 1)) {
    throw new ValueError("movingAverage", { expected: "rate in [0, 1]", actual: show(rate) });
  }
  const shapes = averages.map(showShape);
  const others = values.map(showShape);
  if (shapes.join() !== others.join()) {
    throw new ShapeError("movingAverage", {
      expected: `values of the averages' shapes ${shapes.join(", ")}`,
      actual: show(others),
    });
  }
  if (averages.length === 0) return [];
  if (hasOwnOperations()) {
    const inputs = Object.fromEntries([...averages, ...values].map((tensor, i) => [i, tensor]));
    return runKernel(Kernel.movingAverage, inputs, { rate });
  }
  return averages.map((average, i) =>
    tf.tidy(() => tf.add(tf.mul(average, 1 - rate), tf.mul(values[i]!, rate))),
  );
}
