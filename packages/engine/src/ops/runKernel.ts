import * as tf from "@tensorflow/tfjs-core";

/** Runs one of our kernels on the current backend, recorded on the gradient tape. */
export function runKernel<TOut extends tf.Tensor | tf.Tensor[]>(
  kernel: string,
  inputs: Readonly<Record<string, tf.Tensor>>,
  attrs: object = {},
): TOut {
  return tf
    .engine()
    .runKernel(kernel, inputs as tf.NamedTensorMap, attrs as tf.NamedAttrMap) as TOut;
}
