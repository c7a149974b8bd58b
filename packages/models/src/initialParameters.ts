import * as tf from "@tensorflow/tfjs-core";
import { drawInitial } from "./initialisation.ts";
import type { Model } from "./model.ts";
import { toVariables } from "./toVariables.ts";

/**
 * Draws the parameters that training starts from, each by the initialiser of its spec.
 *
 * @returns one variable per parameter, by PyTorch name; running statistics are not trainable. The
 *          caller disposes them: `for (const variable of parameters.values()) variable.dispose()`
 *
 * Randomness: one stream per parameter, named by (seed, name), so that equally named parameters of
 * different models start alike and order does not matter.
 *
 * @throws {ValueError} if `seed` is not an integer in [0, 2^53)
 */
export function initialParameters(
  model: Model,
  { seed }: { readonly seed: number },
): Map<string, tf.Variable> {
  const sizeOf = (shape: readonly number[]) => tf.util.sizeFromShape([...shape]);
  const largest = Math.max(...model.parameters.map(({ shape }) => sizeOf(shape)));
  const values = new Float32Array(largest); // one array for all: what is garbage may lie about for long
  return toVariables(model, ({ name, shape, initialiser }) =>
    drawInitial(initialiser, values.subarray(0, sizeOf(shape)), { seed, name }),
  );
}
