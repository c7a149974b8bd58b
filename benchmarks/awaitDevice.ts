import * as tf from "@tensorflow/tfjs-core";

/** Waits for a GPU, by reading one value of a result; on a processor an operation has ended when its call returns. */
export function awaitDevice(result: tf.Tensor4D): void {
  const { isUsingGpuDevice } = tf.backend() as { isUsingGpuDevice?: boolean };
  if (isUsingGpuDevice !== true) return;
  tf.tidy(() => tf.slice4d(result, [0, 0, 0, 0], [1, 1, 1, 1]).dataSync());
}
