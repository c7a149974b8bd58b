import { ValueError } from "@apr-kit/contracts";
import {
  avgPool2d,
  batchNormInference,
  batchNormTraining,
  castPrecision,
  conv2d,
  maxPool2d,
} from "@apr-kit/engine";
import * as tf from "@tensorflow/tfjs-core";
import { dropoutMask } from "./dropoutMask.ts";
import { BATCH_NORM_EPSILON, type Layers } from "./layers.ts";
import type { ApplyOptions, Parameters } from "./model.ts";

type Maps = tf.Tensor4D; // [batch, height, width, channel]
type Vectors = tf.Tensor2D; // [batch, channel]

/**
 * The layers on tensors. Batch statistics are kept and put into `statistics` under the names of the
 * running statistics that they update.
 *
 * @param parameters every name that the network asks for; checked by the caller
 */
export function tensorLayers(
  parameters: Parameters,
  options: ApplyOptions,
  statistics: Record<string, tf.Tensor1D>,
): Layers<Maps, Vectors> {
  const { precision = "float32" } = options;

  /** For operations that exist in float32 only: there and back. */
  function inFloat32(maps: Maps, run: (maps: Maps) => Maps): Maps {
    return castPrecision(run(castPrecision(maps, "float32")), precision);
  }

  function parameter<TTensor extends tf.Tensor>(name: string): TTensor {
    return parameters.get(name) as TTensor;
  }

  function batchNormByBatch(name: string, maps: Maps, scale: tf.Tensor1D, offset: tf.Tensor1D) {
    const [batch, height, width] = maps.shape;
    const count = batch * height * width;
    if (count < 2) {
      throw new ValueError("apply", {
        expected: `more than one value per channel for ${name} in training`,
        actual: `${count}`,
      });
    }
    const { output, mean, variance } = batchNormTraining(maps, scale, offset, BATCH_NORM_EPSILON);
    statistics[`${name}.running_mean`] = tf.keep(tf.clone(mean));
    statistics[`${name}.running_var`] = tf.keep(tf.mul(variance, count / (count - 1)));
    return output;
  }

  return {
    channels: (maps) => maps.shape[3],

    conv(name, maps, { stride = 1, padding = 0, groups = 1, bias = false }) {
      const filter = castPrecision(parameter<tf.Tensor4D>(`${name}.weight`), precision);
      const output = conv2d(maps, filter, { stride, padding, groups });
      if (!bias) return output;
      return tf.add(output, castPrecision(parameter<tf.Tensor1D>(`${name}.bias`), precision));
    },

    batchNorm(name, maps) {
      const scale = parameter<tf.Tensor1D>(`${name}.weight`);
      const offset = parameter<tf.Tensor1D>(`${name}.bias`);
      if (options.mode === "train") return batchNormByBatch(name, maps, scale, offset);
      const mean = parameter<tf.Tensor1D>(`${name}.running_mean`);
      const variance = parameter<tf.Tensor1D>(`${name}.running_var`);
      return batchNormInference(maps, { mean, variance, scale, offset }, BATCH_NORM_EPSILON);
    },

    linear(name, vectors, { bias = true }) {
      const weight = parameter<tf.Tensor2D>(`${name}.weight`); // [in, out]
      const output: Vectors = tf.matMul(vectors, weight);
      return bias ? tf.add(output, parameter<tf.Tensor1D>(`${name}.bias`)) : output;
    },

    dropoutHalf(name, maps) {
      if (options.mode === "inference") return maps;
      const mask = dropoutMask(maps.shape, { name, key: options.dropout });
      return inFloat32(maps, (values) => tf.mul(values, mask));
    },

    relu: (maps) => tf.relu(maps),
    sigmoidGelu: (maps) =>
      inFloat32(maps, (values) => tf.mul(values, tf.sigmoid(tf.mul(values, 1.702)))),
    add: (a, b) => tf.add(a, b),
    concat: (a, b) =>
      castPrecision(
        tf.concat([castPrecision(a, "float32"), castPrecision(b, "float32")], 3),
        precision,
      ),
    maxPool: (maps, { size, stride = size, padding = 0 }) =>
      maxPool2d(maps, { size, stride, padding }),
    avgPool: (maps, { size }) => avgPool2d(maps, { size, stride: size }),
    globalAvgPool: (maps) => tf.mean(castPrecision(maps, "float32"), [1, 2]),
    globalMaxPool: (maps) => tf.max(castPrecision(maps, "float32"), [1, 2]),
    scale: (vectors, factor) => tf.mul(vectors, factor),
  };
}
