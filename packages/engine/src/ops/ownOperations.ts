import * as tf from "@tensorflow/tfjs-core";

/** Whether the operations that our addon adds to TensorFlow serve the current backend: on a CPU. */
export function hasOwnOperations(): boolean {
  if (tf.getBackend() !== "tensorflow") return false;
  const backend: object = tf.engine().backend;
  return !("isUsingGpuDevice" in backend && backend.isUsingGpuDevice === true);
}
