import { AttrType, type TensorFlowBackend } from "@apr-kit/contracts";
import type * as tf from "@tensorflow/tfjs-core";

/** The engine's own real transform of height and width: [re, im], half spectrum. */
export function realFftNatively(
  backend: TensorFlowBackend,
  images: tf.TensorInfo,
  scale: number,
): tf.Tensor[] {
  const attrs = [{ name: "scale", type: AttrType.float, value: scale }];
  return backend.executeMultipleOutputs("AprRealFft2", attrs, [images], 2);
}

/** Its inverse, to images of `width`. */
export function inverseRealFftNatively(
  backend: TensorFlowBackend,
  spectrum: readonly tf.TensorInfo[],
  width: number,
  scale: number,
): tf.Tensor {
  const attrs = [
    { name: "width", type: AttrType.int, value: width },
    { name: "scale", type: AttrType.float, value: scale },
  ];
  return backend.executeSingleOutput("AprInverseRealFft2", attrs, [...spectrum]);
}
