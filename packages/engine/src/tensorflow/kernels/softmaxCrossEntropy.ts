import type { TensorFlowBackend } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import { constant } from "../../ops/constant.ts";
import { Kernel } from "../../ops/kernels.ts";
import type { TensorFlowKernel } from "./kernel.ts";

/**
 * Losses and their gradient, each (1 − ε) times that of the labels plus ε times that of the uniform distribution.
 *
 * One smoothed target would do, but only the operation that takes class indices refuses those out of range.
 */
export const softmaxCrossEntropyKernel: TensorFlowKernel = {
  kernelName: Kernel.softmaxCrossEntropy,
  kernelFunc: ({ inputs, attrs, backend }) => {
    const { logits, labels } = inputs as { logits: tf.Tensor2D; labels: tf.Tensor1D };
    const { labelSmoothing } = attrs as { labelSmoothing: number };
    const tensorFlow = backend as TensorFlowBackend;
    return tf.tidy(() => {
      const ofLabels = tensorFlow.executeMultipleOutputs(
        "SparseSoftmaxCrossEntropyWithLogits",
        [],
        [logits, labels],
        2,
      );
      if (labelSmoothing === 0) return ofLabels;
      const [, classes] = logits.shape;
      const uniform = constant(new Array(classes).fill(1 / classes), "float32", [1, classes]);
      const ofUniform = tensorFlow.executeMultipleOutputs(
        "SoftmaxCrossEntropyWithLogits",
        [],
        [logits, uniform],
        2,
      );
      return ofLabels.map((part, i) =>
        tf.add(
          tf.mul(part, constant(1 - labelSmoothing)),
          tf.mul(ofUniform[i] as tf.Tensor, constant(labelSmoothing)),
        ),
      );
    });
  },
};
