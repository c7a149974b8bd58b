import type { DropoutKey, Model } from "@apr-kit/models";
import * as tf from "@tensorflow/tfjs-core";
import {
  type LabelledBatch,
  type StepTensors,
  type TakeStepOptions,
  type TrainingState,
  takeStep,
} from "./takeStep.ts";

/** What a step tells. */
export type StepFigures = {
  readonly loss: number;
  /** Fraction of the batch that was classified wrongly before the update. */
  readonly errorRate: number;
};

export interface TrainStepOptions extends TakeStepOptions {
  readonly dropout: DropoutKey;
}

/** {@link takeStep} operation by operation, and its figures. {@link tracedTrainStep} gives the same bits sooner. */
export function trainStep(
  model: Model,
  state: TrainingState,
  batch: LabelledBatch,
  options: TrainStepOptions,
): StepFigures {
  return tf.tidy(() => readFigures(takeStep(model, state, batch, options)));
}

/** Waits for the step. */
export function readFigures({ loss, errorRate }: StepTensors): StepFigures {
  return { loss: loss.dataSync()[0]!, errorRate: errorRate.dataSync()[0]! };
}
