import { normalize } from "@apr-kit/apr-augment";
import { type OnProgress, type Predict, show } from "@apr-kit/contracts";
import { type ImageDataset, shuffledOrder, takeBatch } from "@apr-kit/datasets";
import { traced } from "@apr-kit/engine";
import { asPredict, type Model } from "@apr-kit/models";
import * as tf from "@tensorflow/tfjs-core";
import type { RunConfig } from "../config/schema.ts";
import { CliError } from "../terminal/cliError.ts";
import { augmentBatch } from "./augmentBatch.ts";
import { fixedPrecision } from "./fixedPrecision.ts";
import { holdOut } from "./holdOut.ts";
import { learningRateFactor } from "./learningRate.ts";
import { measureValidation, type ValidationFigures } from "./measureValidation.ts";
import type { TrainingState } from "./takeStep.ts";
import { type TracedTrainStep, tracedTrainStep } from "./tracedTrainStep.ts";

/** One step of a run's history. */
export interface StepRecord {
  readonly step: number;
  readonly loss: number;
  /** Fraction of the augmented batch classified wrongly, before the update. */
  readonly errorRate: number;
  readonly learningRate: number;
  /** After the last step of an epoch and of the run, where images are held out. */
  readonly validation?: ValidationFigures;
}

/** What a training run needs from outside, and whom it tells. */
export interface TrainOptions {
  readonly config: RunConfig;
  readonly dataset: ImageDataset;
  readonly model: Model;
  readonly state: TrainingState;
  /** Steps already behind `state`; 0 for a fresh run. */
  readonly firstStep: number;
  readonly onStep: (record: StepRecord) => void;
  /** Called after step counts divisible by `checkpointEvery`, and after the last. */
  readonly onCheckpoint: (stepsDone: number) => Promise<void>;
  readonly onProgress: OnProgress;
  readonly signal?: AbortSignal;
}

/**
 * Trains `state` in place from `firstStep` to the configured number of steps.
 *
 * Convention: the training set, without the validation part, is reshuffled each epoch; an epoch ends with a smaller batch where the
 * sizes ask for it, as in the official code.
 * Every random draw is keyed by (seed, epoch, sample), so that a resumed run takes the very same steps.
 *
 * @throws {CliError} NOT_FINITE if a loss is NaN or infinite; ABORTED, after a checkpoint, on `signal`
 */
export async function train(options: TrainOptions): Promise<void> {
  const { config, dataset, model, state } = options;
  const precision = fixedPrecision(config.training);
  const network = {
    trainStep: tracedTrainStep(model, state, { ...config.training, precision }),
    predict: traced(asPredict(model, state.parameters, dataset.normalisation, { precision })),
  };
  try {
    await trainNetwork(network, options);
  } finally {
    network.trainStep.dispose();
    network.predict.dispose();
  }
}

async function trainNetwork(
  { trainStep, predict }: { readonly trainStep: TracedTrainStep; readonly predict: Predict },
  options: TrainOptions,
): Promise<void> {
  const { config, dataset, firstStep, onStep, onCheckpoint, onProgress } = options;
  const { training, augmentation, seed } = config;
  const { train: examples, validation } = holdOut(config, dataset);
  const batchesPerEpoch = Math.ceil(examples.size / training.batchSize);
  const validate = async (step: number) => {
    const isDue = (step + 1) % batchesPerEpoch === 0 || step + 1 === training.steps;
    if (validation === undefined || !isDue) return {};
    const options = { batchSize: config.evaluation.batchSize, classes: dataset.classes.length };
    return { validation: await measureValidation(predict, validation, options) };
  };

  let epoch = -1;
  let order: Int32Array = new Int32Array();
  let smoothLoss = Number.NaN;
  for (let step = firstStep; step < training.steps; step++) {
    const epochOfStep = Math.floor(step / batchesPerEpoch);
    if (epochOfStep !== epoch) {
      epoch = epochOfStep;
      order = shuffledOrder(examples.size, { seed, epoch });
    }
    const start = (step % batchesPerEpoch) * training.batchSize;
    const samples = order.subarray(start, start + training.batchSize);
    const learningRate =
      training.learningRate * learningRateFactor(training.schedule, step, training.steps);

    const { images: pixels, labels } = takeBatch(examples, samples);
    const augmented = augmentBatch(pixels, { seed, epoch, samples }, augmentation);
    const { images, views, consistency } = augmented;
    const batch = tf.tidy(() => {
      const once = tf.tensor1d(Int32Array.from(labels), "int32");
      return {
        images: tf.keep(normalize(images, dataset.normalisation)),
        labels: tf.keep(tf.tile(once, [views])),
      };
    });
    const lossWeight = isPaired(augmentation.method) && training.halves === "sum" ? 2 : 1;
    const result = trainStep(
      { ...batch, lossWeight, views, consistency },
      { learningRate, dropout: { seed, step } },
    );
    tf.dispose([images, batch.images, batch.labels]);

    if (!Number.isFinite(result.loss)) {
      throw new CliError(
        "NOT_FINITE",
        `train: loss is ${show(result.loss)} at step ${step + 1} (learning rate ${learningRate.toPrecision(3)}); ` +
          "lower training.learningRate, or start again from the last checkpoint with another seed",
        1,
      );
    }
    onStep({ step: step + 1, ...result, learningRate, ...(await validate(step)) });
    smoothLoss = Number.isNaN(smoothLoss) ? result.loss : 0.95 * smoothLoss + 0.05 * result.loss;
    onProgress({
      task: `training ${config.name} (${augmentation.method})`,
      done: step + 1,
      total: training.steps,
      unit: "steps",
      note: `loss ${smoothLoss.toFixed(3)}`,
    });

    const done = step + 1;
    if (done % training.checkpointEvery === 0 || done === training.steps) await onCheckpoint(done);
    if (options.signal?.aborted) {
      await onCheckpoint(done);
      throw new CliError("ABORTED", `train: stopped at step ${done}; run again to resume`, 130);
    }
    await new Promise((resolve) => setImmediate(resolve)); // lets signals and the bar through
  }
}

function isPaired(method: RunConfig["augmentation"]["method"]): boolean {
  return method === "apr-p" || method === "apr-sp";
}
