import type { NormalizedImages } from "@apr-kit/contracts";
import { type Precision, softmaxCrossEntropy } from "@apr-kit/engine";
import {
  type DropoutKey,
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
}

export interface TrainStepOptions extends SgdOptions {
  readonly labelSmoothing: number;
  readonly dropout: DropoutKey;
  readonly precision: Precision;
}

/**
 * Forward, backward and update on one batch; `state` is changed in place.
 *
 *     loss = lossWeight · mean over the batch of crossEntropy(logits, labels)
 *
 * @returns the loss, and the fraction of the batch that was classified wrongly before the update
 */
export function trainStep(
  model: Model,
  { parameters, velocities }: TrainingState,
  { images, labels, lossWeight }: LabelledBatch,
  options: TrainStepOptions,
): { readonly loss: number; readonly errorRate: number } {
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
      const losses = softmaxCrossEntropy(output.logits, labels, {
        labelSmoothing: options.labelSmoothing,
      });
      return tf.mul(tf.mean(losses), lossWeight);
    };
    const { value, grads } = tf.valueAndGrads(forward)(weights);
    updateRunningStatistics(parameters, statistics);
    const gradients = new Map(names.map((name, index) => [name, grads[index]!]));
    sgdStep(parameters, velocities, gradients, options);
    const wrong = tf.mean(tf.cast(tf.notEqual(tf.argMax(logits!, 1), labels), "float32"));
    const result = { loss: value.dataSync()[0]!, errorRate: wrong.dataSync()[0]! };
    tf.dispose([logits!, statistics]);
    return result;
  });
}
