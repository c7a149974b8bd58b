import * as tf from "@tensorflow/tfjs-core";
import type { Model, ParameterSpec } from "./model.ts";

/**
 * Puts host values, in our layout, on the current backend: one variable per spec, in order.
 *
 * The product is a copy, made at once: the caller may write into the same array for the next spec.
 */
export function toVariables(
  model: Model,
  valuesOf: (spec: ParameterSpec) => Float32Array,
): Map<string, tf.Variable> {
  const variables = new Map<string, tf.Variable>();
  for (const spec of model.parameters) {
    const variable = tf.tidy(() =>
      tf.variable(tf.mul(tf.tensor(valuesOf(spec), [...spec.shape]), 1), spec.trainable),
    );
    variables.set(spec.name, variable);
  }
  return variables;
}
