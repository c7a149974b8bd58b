import type { TensorFlowBackend } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import { constant } from "../../ops/constant.ts";
import { Kernel } from "../../ops/kernels.ts";
import { bool, float, type TensorFlowKernel } from "./kernel.ts";

const forward: TensorFlowKernel = {
  kernelName: Kernel.batchNorm,
  kernelFunc: ({ inputs, attrs, backend }) => {
    const { x, scale, offset } = inputs as Record<"x" | "scale" | "offset", tf.Tensor>;
    const { epsilon } = attrs as { epsilon: number };
    const tensorFlow = backend as TensorFlowBackend;
    return tf.tidy(() => {
      const none = constant([]);
      const [y, mean, unbiased, ...reserved] = tensorFlow.executeMultipleOutputs(
        "FusedBatchNormV3",
        [float("epsilon", epsilon), bool("is_training", true)],
        [x, scale, offset, none, none],
        6,
      ) as [tf.Tensor, tf.Tensor, tf.Tensor, ...tf.Tensor[]];
      // TensorFlow normalises by the biased variance but returns it times n / max(1, n − 1).
      const count = x.size / scale.size;
      const variance = tensorFlow.executeSingleOutput(
        "Mul",
        [],
        [unbiased, constant(Math.max(1, count - 1) / count)],
      );
      return [y, mean, variance, ...reserved];
    });
  },
};

const gradient: TensorFlowKernel = {
  kernelName: Kernel.batchNormGradient,
  kernelFunc: ({ inputs, attrs, backend }) => {
    const { dy, x, scale, reserve1, reserve2, reserve3 } = inputs as Record<string, tf.Tensor>;
    const { epsilon } = attrs as { epsilon: number };
    return backward(
      backend as TensorFlowBackend,
      [dy, x, scale, reserve1, reserve2, reserve3] as tf.Tensor[],
      { epsilon, isTraining: true },
    );
  },
};

const inference: TensorFlowKernel = {
  kernelName: Kernel.batchNormInference,
  kernelFunc: ({ inputs, attrs, backend }) => {
    const { x, scale, offset, mean, variance } = inputs as Record<string, tf.Tensor>;
    const { epsilon } = attrs as { epsilon: number };
    const tensorFlow = backend as TensorFlowBackend;
    return tf.tidy(
      () =>
        tensorFlow.executeMultipleOutputs(
          "FusedBatchNormV3",
          [float("epsilon", epsilon), bool("is_training", false)],
          [x, scale, offset, mean, variance] as tf.Tensor[],
          6,
        )[0] as tf.Tensor,
    );
  },
};

const inferenceGradient: TensorFlowKernel = {
  kernelName: Kernel.batchNormInferenceGradient,
  kernelFunc: ({ inputs, attrs, backend }) => {
    const { dy, x, scale, mean, variance } = inputs as Record<string, tf.Tensor>;
    const { epsilon } = attrs as { epsilon: number };
    return backward(
      backend as TensorFlowBackend,
      [dy, x, scale, mean, variance, constant([])] as tf.Tensor[],
      { epsilon, isTraining: false },
    );
  },
};

function backward(
  backend: TensorFlowBackend,
  inputs: tf.Tensor[],
  { epsilon, isTraining }: { epsilon: number; isTraining: boolean },
): tf.Tensor[] {
  return tf.tidy(() =>
    backend
      .executeMultipleOutputs(
        "FusedBatchNormGradV3",
        [float("epsilon", epsilon), bool("is_training", isTraining)],
        inputs,
        5,
      )
      .slice(0, 3),
  );
}

export const batchNormKernels = [forward, gradient, inference, inferenceGradient];
