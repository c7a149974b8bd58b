import { SetupError } from "@apr-kit/contracts";
import type { DatasetFacts } from "@apr-kit/datasets";
import {
  classifierMetadata,
  fromStateDict,
  type HostTensor,
  type Model,
  readSafetensors,
  toStateDict,
  writeSafetensors,
} from "@apr-kit/models";
import * as tf from "@tensorflow/tfjs-core";
import type { TrainingState } from "../training/takeStep.ts";

/** A training run at one moment: all that is needed to take the next step as if nothing had happened. */
export interface Checkpoint {
  readonly state: TrainingState;
  readonly stepsDone: number;
  readonly trainingSeconds: number;
}

const VELOCITY = "optimizer.velocity.";

/**
 * Packs a run into the bytes of one safetensors file.
 *
 * Convention: parameters carry PyTorch's names and layout, and the metadata are those of a classifier, so
 * the file loads as a model elsewhere; velocities lie beside them as `optimizer.velocity.<name>`, in our
 * layout.
 *
 * @param facts of the data set: its normalisation and class names
 */
export async function encodeCheckpoint(
  model: Model,
  { normalisation: normalization, classes: classNames }: DatasetFacts,
  { state, stepsDone, trainingSeconds }: Checkpoint,
): Promise<Uint8Array> {
  const tensors = new Map<string, HostTensor>(await toStateDict(model, state.parameters));
  for (const [name, velocity] of state.velocities) {
    const values = (await velocity.data()) as Float32Array;
    tensors.set(VELOCITY + name, { dtype: "F32", shape: velocity.shape, values });
  }
  return writeSafetensors({
    tensors,
    metadata: {
      ...classifierMetadata({ model, normalization, classNames }),
      stepsDone: `${stepsDone}`,
      trainingSeconds: `${trainingSeconds}`,
    },
  });
}

/**
 * Unpacks what {@link encodeCheckpoint} packed; the caller owns the variables.
 *
 * @throws {SetupError} if the file is damaged or belongs to another model
 */
export function decodeCheckpoint(model: Model, bytes: Uint8Array, path: string): Checkpoint {
  try {
    const { tensors, metadata } = readSafetensors(bytes);
    const isVelocity = (name: string) => name.startsWith(VELOCITY);
    const own = new Map([...tensors].filter(([name]) => !isVelocity(name)));
    const parameters = fromStateDict(model, own);
    const velocities = new Map<string, tf.Variable>();
    for (const [name, { values, shape }] of tensors) {
      if (!isVelocity(name)) continue;
      const variable = tf.tidy(() =>
        tf.variable(tf.tensor(values as Float32Array, [...shape]), false),
      );
      velocities.set(name.slice(VELOCITY.length), variable);
    }
    return {
      state: { parameters, velocities },
      stepsDone: Number(metadata.stepsDone),
      trainingSeconds: Number(metadata.trainingSeconds),
    };
  } catch (cause) {
    throw new SetupError(
      "resume",
      `${path} does not hold this run's state (${(cause as Error).message})`,
      "start over with --fresh, or give another --out",
      { cause },
    );
  }
}
