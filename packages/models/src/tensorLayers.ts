import { ValueError } from "@apr-kit/contracts";
import {
  avgPool2d,
  batchNormInference,
  batchNormReluTraining,
  batchNormTraining,
  castPrecision,
  conv2d,
  fusedConv2d,
  maxPool2d,
} from "@apr-kit/engine";
import * as tf from "@tensorflow/tfjs-core";
import { dropoutMask } from "./dropoutMask.ts";
import { deferred, type Epilogue, existing, type FeatureMaps, sumOf } from "./featureMaps.ts";
import { BATCH_NORM_EPSILON, type ConvOptions, type Layers } from "./layers.ts";
import type { ApplyOptions, Parameters } from "./model.ts";

type Maps = FeatureMaps;
type TrainOptions = Extract<ApplyOptions, { readonly mode: "train" }>;
type Vectors = tf.Tensor2D; // [batch, channel]

/**
 * The layers on tensors. Batch statistics are kept and put into `statistics` under the names of the
 * running statistics that they update.
 *
 * In inference a batch norm that follows a convolution is folded into its filter and bias; in both modes ReLU and
 * additions become part of the operation before them where that is possible.
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
  function inFloat32(maps: Maps, run: (maps: tf.Tensor4D) => tf.Tensor4D): Maps {
    return existing(castPrecision(run(castPrecision(maps.values(), "float32")), precision));
  }

  function parameter<TTensor extends tf.Tensor>(name: string): TTensor {
    return parameters.get(name) as TTensor;
  }

  function batchNormParameters(name: string) {
    return {
      scale: parameter<tf.Tensor1D>(`${name}.weight`),
      offset: parameter<tf.Tensor1D>(`${name}.bias`),
      mean: parameter<tf.Tensor1D>(`${name}.running_mean`),
      variance: parameter<tf.Tensor1D>(`${name}.running_var`),
    };
  }

  function batchNormByBatch(name: string, maps: Maps): Maps {
    const values = maps.values();
    const [batch, height, width] = values.shape;
    const count = batch * height * width;
    if (count < 2) {
      throw new ValueError("apply", {
        expected: `more than one value per channel for ${name} in training`,
        actual: `${count}`,
      });
    }
    const { scale, offset } = batchNormParameters(name);
    return deferred(maps.channels, ({ other, relu }) => {
      const { output, mean, variance } = relu
        ? batchNormReluTraining(values, scale, offset, {
            epsilon: BATCH_NORM_EPSILON,
            ...(other && { other }),
          })
        : batchNormTraining(values, scale, offset, BATCH_NORM_EPSILON);
      statistics[`${name}.running_mean`] = tf.keep(tf.clone(mean));
      statistics[`${name}.running_var`] = tf.keep(tf.mul(variance, count / (count - 1)));
      return relu || other === undefined ? output : tf.add(output, other);
    });
  }

  function batchNormByRunning(name: string, maps: Maps): Maps {
    const values = maps.values();
    return deferred(maps.channels, ({ other, relu }) => {
      const isLast = other === undefined;
      const normal = batchNormInference(values, batchNormParameters(name), {
        epsilon: BATCH_NORM_EPSILON,
        relu: relu && isLast,
      });
      if (isLast) return normal;
      const sum: tf.Tensor4D = tf.add(normal, other);
      return relu ? tf.relu(sum) : sum;
    });
  }

  /** In inference: a convolution that may yet meet a batch norm. */
  function deferredConv(name: string, maps: Maps, convOptions: ConvOptions): Maps {
    const { out, stride = 1, padding = 0, groups = 1, bias: hasBias = false } = convOptions;
    const images = maps.values();
    const filter = parameter<tf.Tensor4D>(`${name}.weight`);
    const bias = hasBias ? parameter<tf.Tensor1D>(`${name}.bias`) : undefined;
    const walk = { stride, padding, groups };
    const fused = (weights: tf.Tensor4D, shift: tf.Tensor1D | undefined) => (epilogue: Epilogue) =>
      fusedConv2d(images, castPrecision(weights, precision), {
        ...(shift && { bias: shift }),
        ...epilogue,
        ...walk,
      });
    const plain = deferred(out, (epilogue) =>
      bias === undefined && epilogue.other === undefined && !epilogue.relu
        ? conv2d(images, castPrecision(filter, precision), walk)
        : fused(filter, bias)(epilogue),
    );
    return {
      ...plain,
      batchNorm(norm) {
        const { scale, offset, mean, variance } = batchNormParameters(norm);
        const gain = tf.mul(scale, tf.rsqrt(tf.add(variance, BATCH_NORM_EPSILON)));
        const centre: tf.Tensor1D = bias === undefined ? mean : tf.sub(mean, bias);
        const shift: tf.Tensor1D = tf.sub(offset, tf.mul(centre, gain));
        return deferred(out, fused(tf.mul(filter, gain), shift));
      },
    };
  }

  /** In training: a convolution that may yet meet an addition. */
  function trainingConv(name: string, maps: Maps, convOptions: ConvOptions): Maps {
    const { out, stride = 1, padding = 0, groups = 1, bias = false } = convOptions;
    const images = maps.values();
    const filter = castPrecision(parameter<tf.Tensor4D>(`${name}.weight`), precision);
    const walk = { stride, padding, groups };
    const shift = bias ? parameter<tf.Tensor1D>(`${name}.bias`) : undefined;
    return deferred(out, ({ other, relu }) => {
      if (other !== undefined) {
        return fusedConv2d(images, filter, { ...(shift && { bias: shift }), other, relu, ...walk });
      }
      const output = conv2d(images, filter, walk);
      const shifted: tf.Tensor4D =
        shift === undefined ? output : tf.add(output, castPrecision(shift, precision));
      return relu ? tf.relu(shifted) : shifted;
    });
  }

  return {
    channels: ({ channels }) => channels,

    conv: options.mode === "train" ? trainingConv : deferredConv,

    batchNorm(name, maps) {
      if (options.mode === "train") return batchNormByBatch(name, maps);
      return maps.batchNorm?.(name) ?? batchNormByRunning(name, maps);
    },

    linear(name, vectors, { bias = true }) {
      const weight = parameter<tf.Tensor2D>(`${name}.weight`); // [in, out]
      const output: Vectors = tf.matMul(vectors, weight);
      return bias ? tf.add(output, parameter<tf.Tensor1D>(`${name}.bias`)) : output;
    },

    dropoutHalf(name, maps) {
      if (options.mode === "inference") return maps;
      const { shape } = maps.values();
      const mask = maskOf(name, shape, options.dropout);
      return inFloat32(maps, (values) => tf.mul(values, mask));
    },

    relu: (maps) => maps.relu?.() ?? existing(tf.relu(maps.values())),
    sigmoidGelu: (maps) =>
      inFloat32(maps, (values) => tf.mul(values, tf.sigmoid(tf.mul(values, 1.702)))),
    add: sumOf,
    concat: (a, b) => {
      const parts = [a, b].map((maps) => castPrecision(maps.values(), "float32"));
      return existing(castPrecision(tf.concat(parts, 3), precision));
    },
    maxPool: (maps, { size, stride = size, padding = 0 }) =>
      existing(maxPool2d(maps.values(), { size, stride, padding })),
    avgPool: (maps, { size }) => existing(avgPool2d(maps.values(), { size, stride: size })),
    globalAvgPool: (maps) => tf.mean(castPrecision(maps.values(), "float32"), [1, 2]),
    globalMaxPool: (maps) => tf.max(castPrecision(maps.values(), "float32"), [1, 2]),
    scale: (vectors, factor) => tf.mul(vectors, factor),
  };
}

function maskOf(
  name: string,
  shape: tf.Tensor4D["shape"],
  dropout: TrainOptions["dropout"],
): tf.Tensor4D {
  if (dropout === undefined || !("masks" in dropout)) {
    return dropoutMask(shape, { name, key: dropout });
  }
  const mask = dropout.masks[name];
  if (mask !== undefined && tf.util.arraysEqual(mask.shape, shape)) return mask;
  throw new ValueError("apply", {
    expected: `options.dropout.masks to hold ${name} of shape [${shape.join(", ")}]`,
    actual: mask === undefined ? "none" : `[${mask.shape.join(", ")}]`,
  });
}
