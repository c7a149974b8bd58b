import { show } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import type { Recorder } from "../tensorflow/recorder.ts";
import type { NodeTensorFlowBackend } from "../tensorflow/tensorFlowBackend.ts";
import { createRecorder, type OpenRecorder } from "./createRecorder.ts";
import { mapLeaves } from "./mapLeaves.ts";
import { ownVariables } from "./ownVariables.ts";
import type { Trace } from "./trace.ts";

/** The outcome of the call that is recorded, and how to repeat it. */
export interface FirstCall<TResult> {
  readonly result: TResult;
  readonly trace: Trace;
}

/**
 * Runs `fn` and records the operations that it runs.
 *
 * `fn` gets each tensor of its arguments under an id of its own, so that the recording can tell it from a variable or
 * a constant of the same values. Its intermediate tensors are freed as by `tf.tidy`.
 *
 * @throws whatever `fn` throws; {ValueError} if `fn` does what a recording cannot repeat
 */
export function recordTrace<TArguments extends readonly unknown[], TResult>(
  backend: NodeTensorFlowBackend,
  fn: (...args: TArguments) => TResult,
  args: TArguments,
): FirstCall<TResult> {
  const state = watchVariables(backend);
  let recorder: OpenRecorder | undefined;
  let trace: Trace | undefined;
  try {
    const result = tf.tidy(() => {
      const { own, aliases } = aliasArguments(backend, args);
      const known = backend.getInputTensorIds(aliases);
      recorder = createRecorder(backend.binding, { arguments: known, variables: state.byId });
      backend.recorder = recorder;
      const returned = cloneResults(recorder, fn(...own));
      const changed = state.changed(recorder);
      const ids = [returned.tensors, changed].map((tensors) => backend.getInputTensorIds(tensors));
      recorder.choose(ids[0]!, ids[1]!);
      if (recorder.failure !== undefined) throw recorder.failure;
      backend.recorder = null;
      const { program, variables: reads } = recorder.finish();
      trace = {
        backend,
        program: backend.binding.addProgram(program),
        reads,
        readTypes: reads.map(state.typeOf),
        assigns: changed,
        assignedTypes: changed.map((variable) => backend.nativeDataType(variable)),
        shapeOfResult: returned.shape,
        inputs: new Uint32Array(program.inputs),
        targets: new Uint32Array(program.assigned.length),
      };
      return returned.value as tf.TensorContainer;
    });
    return { result: result as TResult, trace: trace! };
  } finally {
    backend.recorder = null;
    recorder?.close();
  }
}

function aliasArguments<TArguments extends readonly unknown[]>(
  backend: NodeTensorFlowBackend,
  args: TArguments,
) {
  const aliases: tf.Tensor[] = [];
  const own = mapLeaves(args, (leaf) => {
    if (!(leaf instanceof tf.Tensor)) return leaf;
    const alias = backend.alias(leaf);
    aliases.push(alias);
    return alias;
  });
  return { own: own as TArguments, aliases };
}

/** Tensors of the caller's own: fn may have returned an argument, a variable, or one tensor twice. */
function cloneResults(recorder: Recorder, returned: unknown) {
  if (returned instanceof Promise) {
    returned.catch(() => undefined); // what it awaits is refused or freed
    throw recorder.spoil("to be synchronous", "a promise");
  }
  const tensors: tf.Tensor[] = [];
  const value = mapLeaves(returned, (leaf) => {
    if (leaf === undefined || leaf === null) return leaf;
    if (!(leaf instanceof tf.Tensor)) {
      throw recorder.spoil("to return tensors, arrays and plain objects of them", show(leaf));
    }
    const clone = tf.clone(leaf);
    tensors.push(clone);
    return clone;
  });
  let results = 0;
  const shape = mapLeaves(value, (leaf) => (leaf instanceof tf.Tensor ? results++ : leaf));
  return { value, tensors, shape };
}

/** What the variables are before fn runs, and which it has assigned afterwards. */
function watchVariables(backend: NodeTensorFlowBackend) {
  const byId = ownVariables(backend);
  const registered = new Set(registeredVariables());
  const before = new Map(
    [...byId.values()].map((variable) => [
      variable,
      { dataId: variable.dataId, type: backend.nativeDataType(variable) },
    ]),
  );

  function refuseStrangers(recorder: Recorder): void {
    for (const variable of registeredVariables()) {
      if (before.has(variable)) continue;
      if (!registered.has(variable)) {
        throw recorder.spoil("to create no variables", `"${variable.name}", to be made before`);
      }
      if (backend.refCount(variable.dataId) > 0) {
        throw recorder.spoil(
          "to find its variables on the engine",
          `"${variable.name}", which has come to it only now`,
        );
      }
    }
  }

  return {
    byId,
    typeOf: (variable: tf.Variable) => before.get(variable)!.type,
    changed(recorder: Recorder): tf.Variable[] {
      refuseStrangers(recorder);
      const variables = [...before.keys()];
      const gone = variables.find(({ isDisposed }) => isDisposed);
      if (gone !== undefined) throw recorder.spoil("to dispose no variables", `"${gone.name}"`);
      return variables.filter((variable) => variable.dataId !== before.get(variable)!.dataId);
    },
  };
}

function registeredVariables(): tf.Variable[] {
  return Object.values(tf.engine().registeredVariables);
}
