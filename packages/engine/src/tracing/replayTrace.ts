import { ValueError } from "@apr-kit/contracts";
import type * as tf from "@tensorflow/tfjs-core";
import type { NodeTensorFlowBackend } from "../tensorflow/tensorFlowBackend.ts";
import { mapLeaves } from "./mapLeaves.ts";
import { ownVariable } from "./ownVariables.ts";
import type { Trace } from "./trace.ts";

/**
 * Whether a trace with the key of a call serves it: whether its variables have the data types that they had.
 *
 * @throws {ValueError} if one of its variables was disposed
 */
export function fitsTrace(
  backend: NodeTensorFlowBackend,
  { backend: own, reads, readTypes, assigns }: Trace,
): boolean {
  const gone = [reads, assigns].flatMap((list) => list.filter(({ isDisposed }) => isDisposed));
  if (gone.length > 0) {
    throw new ValueError("traced", {
      expected: "the variables of fn not to be disposed",
      actual: `"${gone[0]!.name}", which is`,
    });
  }
  return (
    backend === own &&
    reads.every((variable, i) => backend.nativeDataType(variable) === readTypes[i])
  );
}

/**
 * Repeats a recorded call on other tensors, in one call of the addon.
 *
 * @param tensors those of the arguments, in the order of `describeArguments`
 * @returns what `fn` would; variables are assigned as by `fn`. If an operation fails, none is
 *
 * @throws {TensorFlowError} if an operation fails; the message says which
 */
export function replayTrace(
  { backend, program, reads, assigns, assignedTypes, shapeOfResult, inputs, targets }: Trace,
  tensors: readonly tf.Tensor[],
): unknown {
  for (const variable of assigns) ownVariable(backend, variable);
  inputs.set(backend.getInputTensorIds(tensors));
  inputs.set(backend.getInputTensorIds(reads), tensors.length);
  targets.set(backend.getInputTensorIds(assigns));
  const outputs = backend.binding.runProgram(program, inputs, targets);
  assigns.forEach((variable, i) => {
    backend.setNativeDataType(variable, assignedTypes[i]!);
  });
  const results = outputs.map((output) => backend.createOutputTensor(output));
  return mapLeaves(shapeOfResult, (leaf) => (typeof leaf === "number" ? results[leaf] : leaf));
}
