import { jensenShannon } from "@apr-kit/apr-augment";
import type { NormalizedImages } from "@apr-kit/contracts";
import { type Precision, softmaxCrossEntropy } from "@apr-kit/engine";
import {
  type ApplyOptions,
  type Model,
  type ModelOutput,
  updateRunningStatistics,
} from "@apr-kit/models";
import * as tf from "@tensorflow/tfjs-core";
import { type SgdOptions, sgdStep, type Velocities } from "./sgd.ts";

/** Everything that training changes: parameters with running statistics, and the velocities. */
export interface TrainingState {
  readonly parameters: ReadonlyMap<string, tf.Variable>;
  /** One per trainable parameter. */
  readonly velocities: Velocities;
}

/** One forward pass: images, their classes, and the factor on the mean loss. */
export interface LabelledBatch {
  readonly images: NormalizedImages;
  /** [batch], int32 class indices, aligned with `images`. */
  readonly labels: tf.Tensor1D;
  readonly lossWeight: number;
  /** How many views of a batch `images` holds, one after the other. Default 1. */
  readonly views?: number;
  /** Weight of the Jensen-Shannon divergence among the views; above 0 only the first has a cross entropy. Default 0. */
  readonly consistency?: number;
}

export interface TakeStepOptions extends SgdOptions {
  readonly labelSmoothing: number;
  readonly dropout: NonNullable<Extract<ApplyOptions, { readonly mode: "train" }>["dropout"]>;
  readonly precision: Precision;
}

/** Both are scalars, float32. */
export interface StepTensors {
  readonly loss: tf.Scalar;
  /** Fraction of the batch that was classified wrongly before the update. */
  readonly errorRate: tf.Scalar;
}

/**
 * Forward, backward and update on one batch; `state` is changed in place and nothing is read back, so that it can be traced.
 *
 *     loss = lossWeight · mean over the batch of crossEntropy(logits, labels)
 *
 * or, with `consistency` and for the first view of the batch,
 *
 *     loss = lossWeight · mean of crossEntropy(logits of it, labels) + consistency · mean of JSD(logits of all views)
 *
 * @returns tensors that the caller disposes
 */
export function takeStep(
  model: Model,
  { parameters, velocities }: TrainingState,
  { images, labels, lossWeight, views = 1, consistency = 0 }: LabelledBatch,
  options: TakeStepOptions,
): StepTensors {
  const names = [...velocities.keys()];
  const weights = names.map((name) => parameters.get(name)!);
  return tf.tidy(() => {
    let statistics: ModelOutput["statistics"] = {};
    let logits: tf.Tensor2D | undefined;
    const forward = () => {
      const output = model.apply(parameters, images, {
        mode: "train",
        precision: options.precision,
        dropout: options.dropout,
      });
      statistics = output.statistics;
      logits = tf.keep(output.logits);
      const smoothing = { labelSmoothing: options.labelSmoothing };
      const crossEntropy = (of: tf.Tensor2D, to: tf.Tensor1D) =>
        tf.mul(tf.mean(softmaxCrossEntropy(of, to, smoothing)), lossWeight) as tf.Scalar;
      if (consistency === 0) return crossEntropy(output.logits, labels);
      const perView = tf.split<tf.Tensor2D>(output.logits, views, 0);
      const divergence = tf.mean(jensenShannon(perView));
      const clean = crossEntropy(perView[0]!, tf.split<tf.Tensor1D>(labels, views, 0)[0]!);
      return tf.add(clean, tf.mul(divergence, consistency)) as tf.Scalar;
    };
    const { value, grads } = tf.valueAndGrads(forward)(weights);
    updateRunningStatistics(parameters, statistics);
    const gradients = new Map(names.map((name, index) => [name, grads[index]!]));
    sgdStep(parameters, velocities, gradients, options);
    const wrong = tf.mean(tf.cast(tf.notEqual(tf.argMax(logits!, 1), labels), "float32"));
    tf.dispose([logits!, statistics]);
    return { loss: value, errorRate: wrong as tf.Scalar };
  });
}
