import { traced } from "@apr-kit/engine";
import { type DropoutKey, type DropoutMasks, dropoutMasks, type Model } from "@apr-kit/models";
import * as tf from "@tensorflow/tfjs-core";
import {
  type LabelledBatch,
  type TakeStepOptions,
  type TrainingState,
  takeStep,
} from "./takeStep.ts";
import { readFigures, type StepFigures } from "./trainStep.ts";

/** What stays the same from step to step. */
export type StepSettings = Omit<TakeStepOptions, "learningRate" | "dropout">;

/** What a step has of its own besides its batch. */
export interface StepKey {
  readonly learningRate: number;
  readonly dropout: DropoutKey;
}

export interface TracedTrainStep {
  /** Takes one step on `state`; bit for bit {@link trainStep}'s. */
  (batch: LabelledBatch, key: StepKey): StepFigures;
  /** Frees what was recorded; `state` stays the caller's. */
  dispose(): void;
}

/**
 * Makes training steps that are recorded once for each batch size and repeated without JavaScript.
 *
 * The learning rate and the masks of dropout are tensors that each step is given; all else that changes lies in `state`.
 */
export function tracedTrainStep(
  model: Model,
  state: TrainingState,
  settings: StepSettings,
): TracedTrainStep {
  const take = traced(
    (batch: LabelledBatch, learningRate: tf.Scalar, masks: DropoutMasks) =>
      takeStep(model, state, batch, { ...settings, learningRate, dropout: { masks } }),
    { name: `the training step of ${model.name}` },
  );
  const step = (batch: LabelledBatch, { learningRate, dropout }: StepKey) =>
    tf.tidy(() => {
      const masks = dropoutMasks(model, batch.images.shape, dropout);
      return readFigures(take(batch, tf.scalar(learningRate), masks));
    });
  return Object.assign(step, { dispose: take.dispose });
}
