/**
 * @file Backward passes of stock tfjs ops that upload constants as large as the activations in every step
 * (tensors of ones made in JavaScript). These give equal results and upload nothing, so that plain `tf.relu`,
 * `tf.mean`, `tf.sum` and `tf.batchNorm`, and tf.layers on top of them, train at full speed too.
 */
import * as tf from "@tensorflow/tfjs-core";
import { constant } from "./constant.ts";
import { batchNormInferenceGradients } from "./gradients.ts";
import { Kernel } from "./kernels.ts";
import { runKernel } from "./runKernel.ts";

/** Replaces the gradients of Relu, Sum, Mean and FusedBatchNorm in the registry, where that is not done yet. */
export function replaceStockGradients(): void {
  for (const config of [relu, sum, mean, batchNorm]) {
    const present = tf.getGradient(config.kernelName);
    if (present?.gradFunc === config.gradFunc) continue;
    if (config === batchNorm) stockBatchNorm = present;
    if (present !== undefined) tf.unregisterGradient(config.kernelName);
    tf.registerGradient(config);
  }
}

let stockBatchNorm: tf.GradConfig | undefined;

/** Keeps the output instead of the input: positive at the same places, and the input can be freed. */
const relu: tf.GradConfig = {
  kernelName: tf.Relu,
  outputsToSave: [true],
  gradFunc: (dy, saved) => {
    const [y] = saved as [tf.Tensor];
    return { x: () => runKernel(Kernel.reluGradient, { dy: dy as tf.Tensor, y }) };
  },
};

const sum: tf.GradConfig = {
  kernelName: tf.Sum,
  inputsToSave: ["x"],
  gradFunc: (dy, saved, attrs) => {
    const [x] = saved as [tf.Tensor];
    return { x: () => spread(dy as tf.Tensor, x.shape, attrs.axis as number | number[]) };
  },
};

const mean: tf.GradConfig = {
  kernelName: tf.Mean,
  inputsToSave: ["x"],
  gradFunc: (dy, saved, attrs) => {
    const [x] = saved as [tf.Tensor];
    const output = dy as tf.Tensor;
    const count = constant(x.size / output.size);
    return { x: () => spread(tf.div(output, count), x.shape, attrs.axis as number | number[]) };
  },
};

/** Undoes a reduction: puts the reduced axes back with length 1 and broadcasts along them. */
function spread(dy: tf.Tensor, shape: number[], axis: number | number[]): tf.Tensor {
  const reduced = new Set(tf.util.parseAxisParam(axis, shape));
  const expanded = tf.reshape(
    dy,
    shape.map((length, i) => (reduced.has(i) ? 1 : length)),
  );
  return runKernel(Kernel.broadcastTo, { x: expanded }, { shape });
}

/** Statistics that are not one value per channel are left to the stock gradient. */
const batchNorm: tf.GradConfig = {
  kernelName: tf.FusedBatchNorm,
  inputsToSave: ["x", "mean", "variance", "scale"],
  gradFunc: (dy, saved, attrs) => {
    const [x, mean, variance, scale] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor?];
    if (scale?.rank === 1 && mean.rank === 1 && variance.rank === 1 && x.rank === 4) {
      const inputs = { dy: dy as tf.Tensor, x, mean, variance, scale };
      return batchNormInferenceGradients(inputs, attrs.varianceEpsilon as number);
    }
    if (stockBatchNorm !== undefined) return stockBatchNorm.gradFunc(dy, saved, attrs);
    throw new Error("internal: tfjs has no gradient for FusedBatchNorm");
  },
};
