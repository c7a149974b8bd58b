import * as tf from "@tensorflow/tfjs-core";
import type { NodeTensorFlowBackend } from "../tensorflow/tensorFlowBackend.ts";

/**
 * Gives a variable that shares its values with other tensors an id of its own, so that what happens to the id
 * happens to the variable alone. Nothing is copied.
 */
export function ownVariable(backend: NodeTensorFlowBackend, variable: tf.Variable): void {
  if (backend.refCount(variable.dataId) === 1) return;
  const alias = backend.alias(variable);
  variable.assign(alias);
  alias.dispose();
}

/** All variables whose values lie on the backend, each with an id of its own. */
export function ownVariables(backend: NodeTensorFlowBackend): ReadonlyMap<number, tf.Variable> {
  const variables = Object.values(tf.engine().registeredVariables).filter(
    ({ dataId }) => backend.refCount(dataId) > 0,
  );
  for (const variable of variables) ownVariable(backend, variable);
  const ids = backend.getInputTensorIds(variables);
  return new Map(variables.map((variable, i) => [ids[i]!, variable]));
}
