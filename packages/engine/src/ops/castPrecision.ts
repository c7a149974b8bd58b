import { show, ValueError } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import { Kernel } from "./kernels.ts";
import { PRECISIONS, type Precision, precisionOf } from "./precision.ts";
import { runKernel } from "./runKernel.ts";

/**
 * Converts values to another floating-point precision on the device.
 *
 * @param x float32 or bfloat16 (which tfjs shows as "float32" too), any shape
 * @returns the same shape in `precision`; the caller disposes it
 *
 * Convention: bfloat16 keeps float32's range with 8 significant bits; rounding is to nearest even. Both operands of
 * an operation must have one precision. In bfloat16 run: our ops (batch norm with float32 parameters and statistics),
 * `tf.relu`, `tf.add` and reshaping; for anything else, such as loss and mean, go back to float32 first.
 * Gradient:   flows to `x`, in the precision of `x`.
 *
 * @throws {ValueError} if `precision` is unknown, or is "bfloat16" on an engine other than "tensorflow"
 */
export function castPrecision<TTensor extends tf.Tensor>(
  x: TTensor,
  precision: Precision,
): TTensor {
  if (!PRECISIONS.includes(precision)) {
    throw new ValueError("castPrecision", {
      expected: `precision to be one of ${PRECISIONS.join(", ")}`,
      actual: show(precision),
    });
  }
  const from = precisionOf(x);
  if (from === precision) return tf.clone(x);
  if (tf.getBackend() !== "tensorflow") {
    throw new ValueError("castPrecision", {
      expected: `precision to be float32 on engine ${tf.getBackend()}`,
      actual: precision,
    });
  }
  return runKernel(Kernel.castPrecision, { x }, { from, to: precision });
}
