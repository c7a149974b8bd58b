import type { TensorFlowBackend } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import { constant } from "../../ops/constant.ts";
import { Kernel } from "../../ops/kernels.ts";
import { bool, float, ints, isOnGpu, type TensorFlowKernel } from "./kernel.ts";

const forward: TensorFlowKernel = {
  kernelName: Kernel.batchNorm,
  kernelFunc: ({ inputs, attrs, backend }) => {
    const { x, scale, offset } = inputs as Record<"x" | "scale" | "offset", tf.Tensor>;
    const { epsilon } = attrs as { epsilon: number };
    const tensorFlow = backend as TensorFlowBackend;
    if (!isOnGpu(tensorFlow)) return ownForward(tensorFlow, [x, scale, offset], { epsilon });
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
    const { dy, x, scale, mean, reserve1, reserve2, reserve3 } = inputs as Record<
      string,
      tf.Tensor
    >;
    const { epsilon } = attrs as { epsilon: number };
    const tensorFlow = backend as TensorFlowBackend;
    if (!isOnGpu(tensorFlow)) {
      const offset = scale; // read by ReLU's gradient only
      const tensors = [dy, x, scale, offset, mean, reserve1] as tf.Tensor[];
      return ownBackward(tensorFlow, tensors, { relu: false });
    }
    return backward(tensorFlow, [dy, x, scale, reserve1, reserve2, reserve3] as tf.Tensor[], {
      epsilon,
      isTraining: true,
    });
  },
};

/** With `other`, which is added before ReLU, or without. */
const relu: TensorFlowKernel = {
  kernelName: Kernel.batchNormRelu,
  kernelFunc: ({ inputs, attrs, backend }) => {
    const { x, scale, offset, other } = inputs as Record<string, tf.Tensor>;
    const tensors = [x, scale, offset, ...(other === undefined ? [] : [other])] as tf.Tensor[];
    const { epsilon } = attrs as { epsilon: number };
    return ownForward(backend as TensorFlowBackend, tensors, { epsilon, relu: true });
  },
};

const addRelu: TensorFlowKernel = { ...relu, kernelName: Kernel.batchNormAddRelu };

const reluGradient: TensorFlowKernel = {
  kernelName: Kernel.batchNormReluGradient,
  kernelFunc: ({ inputs, backend }) => {
    const { dy, x, scale, offset, mean, inverse, y } = inputs as Record<string, tf.Tensor>;
    const tensors = [dy, x, scale, offset, mean, inverse, ...(y === undefined ? [] : [y])];
    return ownBackward(backend as TensorFlowBackend, tensors as tf.Tensor[], { relu: true });
  },
};

function ownForward(
  backend: TensorFlowBackend,
  inputs: tf.Tensor[],
  { epsilon, relu = false }: { epsilon: number; relu?: boolean },
): tf.Tensor[] {
  const attrs = [ints("N", inputs.length - 3), float("epsilon", epsilon), bool("relu", relu)];
  return backend.executeMultipleOutputs("AprBatchNorm", attrs, inputs, 4);
}

function ownBackward(
  backend: TensorFlowBackend,
  inputs: tf.Tensor[],
  { relu }: { relu: boolean },
): tf.Tensor[] {
  const residuals = inputs.length - 6;
  const attrs = [ints("N", residuals), bool("relu", relu)];
  return backend.executeMultipleOutputs("AprBatchNormGradient", attrs, inputs, 3 + residuals);
}

const inference: TensorFlowKernel = {
  kernelName: Kernel.batchNormInference,
  kernelFunc: ({ inputs, attrs, backend }) => {
    const { x, scale, offset, mean, variance } = inputs as Record<string, tf.Tensor>;
    const { epsilon } = attrs as { epsilon: number };
    const tensorFlow = backend as TensorFlowBackend;
    if (!isOnGpu(tensorFlow)) {
      const tensors = [x, mean, variance, scale, offset] as tf.Tensor[];
      return ownInference(tensorFlow, tensors, { epsilon, relu: false });
    }
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

const inferenceRelu: TensorFlowKernel = {
  kernelName: Kernel.batchNormInferenceRelu,
  kernelFunc: ({ inputs, attrs, backend }) => {
    const { x, scale, offset, mean, variance } = inputs as Record<string, tf.Tensor>;
    const tensors = [x, mean, variance, scale, offset] as tf.Tensor[];
    const { epsilon } = attrs as { epsilon: number };
    return ownInference(backend as TensorFlowBackend, tensors, { epsilon, relu: true });
  },
};

function ownInference(
  backend: TensorFlowBackend,
  inputs: tf.Tensor[],
  { epsilon, relu }: { epsilon: number; relu: boolean },
): tf.Tensor {
  const attrs = [float("epsilon", epsilon), bool("relu", relu)];
  return backend.executeSingleOutput("AprBatchNormInference", attrs, inputs);
}

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

export const batchNormKernels = [
  forward,
  gradient,
  relu,
  addRelu,
  reluGradient,
  inference,
  inferenceRelu,
  inferenceGradient,
];
