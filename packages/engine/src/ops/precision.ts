import { DataType } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";

/** In which a floating-point tensor is kept on the device. */
export type Precision = "float32" | "bfloat16";

/** Every {@link Precision}. */
export const PRECISIONS: readonly Precision[] = ["float32", "bfloat16"];

/** Returns the precision of a tensor, which its tfjs dtype does not tell. */
export function precisionOf(x: tf.TensorInfo): Precision {
  const backend: object = tf.engine().backend;
  if (!("nativeDataType" in backend && typeof backend.nativeDataType === "function")) {
    return "float32";
  }
  return backend.nativeDataType(x) === DataType.bfloat16 ? "bfloat16" : "float32";
}
