import * as tf from "@tensorflow/tfjs-core";
import type { Model, ParameterSpec } from "./model.ts";

/** Puts host values, in our layout, on the current backend: one variable per spec, in order. */
export function toVariables(
  model: Model,
  valuesOf: (spec: ParameterSpec) => Float32Array,
): Map<string, tf.Variable> {
  const variables = new Map<string, tf.Variable>();
  for (const spec of model.parameters) {
    const variable = tf.tidy(() =>
      tf.variable(tf.tensor(valuesOf(spec), [...spec.shape]), spec.trainable),
    );
    variables.set(spec.name, variable);
  }
  return variables;
}
