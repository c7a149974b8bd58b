import { type SgdNesterovOptions, sgdNesterov } from "@apr-kit/engine";
import * as tf from "@tensorflow/tfjs-core";

/** What one update needs besides the gradients. */
export type SgdOptions = SgdNesterovOptions;

/** One velocity per trained parameter, of the parameter's shape. */
export type Velocities = ReadonlyMap<string, tf.Variable>;

/** Zero velocities for the parameters that train; the caller disposes them. */
export function createVelocities(parameters: ReadonlyMap<string, tf.Variable>): Velocities {
  const trained = [...parameters].filter(([, value]) => value.trainable);
  return new Map(
    trained.map(([name, value]) => [name, tf.tidy(() => tf.variable(tf.zerosLike(value), false))]),
  );
}

/**
 * Updates parameters and velocities in place, by {@link sgdNesterov}.
 *
 * Convention: weight decay acts on every parameter that has a velocity, batch norm included, as in the
 * official recipe.
 *
 * @param gradients one per velocity, by name; not disposed
 */
export function sgdStep(
  parameters: ReadonlyMap<string, tf.Variable>,
  velocities: Velocities,
  gradients: ReadonlyMap<string, tf.Tensor>,
  options: SgdOptions,
): void {
  tf.tidy(() => {
    const names = [...velocities.keys()];
    const state = {
      weights: names.map((name) => parameters.get(name)!),
      velocities: [...velocities.values()],
    };
    const slopes = names.map((name) => gradients.get(name)!);
    const next = sgdNesterov<tf.Tensor>(state, slopes, options);
    names.forEach((_, i) => {
      state.velocities[i]!.assign(next.velocities[i]!);
      state.weights[i]!.assign(next.weights[i]!);
    });
  });
}
