import { show, ValueError } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import type { NodeTensorFlowBackend } from "./tensorflow/tensorFlowBackend.ts";
import { describeArguments } from "./tracing/describeArguments.ts";
import { recordTrace } from "./tracing/recordTrace.ts";
import { fitsTrace, replayTrace } from "./tracing/replayTrace.ts";
import type { Trace } from "./tracing/trace.ts";

/** How to trace. */
export interface TracedOptions {
  /** What messages call the function; default its own name. */
  readonly name?: string;
  /** Traces to keep, default 16; the least recently used goes. */
  readonly maxTraces?: number;
}

/** A function that records itself. */
export interface Traced<TArguments extends readonly unknown[], TResult> {
  (...args: TArguments): TResult;
  /** Frees all traces and their constants; the function cannot be called any more. */
  dispose(): void;
}

/** Traces after which more of them are worth a warning. */
const USUAL_TRACES = 3;

/**
 * Makes a function run without JavaScript: the first call with arguments of some shapes runs `fn` and records every
 * TensorFlow operation, later ones repeat the recording in one call of the addon.
 *
 *     const step = traced((images: tf.Tensor4D) => …);
 *     const loss = step(images); // equal bits either way
 *
 * @param fn  synchronous; takes tensors, plain values, and arrays and plain objects of them, and returns tensors, arrays
 *            and plain objects of them, or nothing. It may read and assign variables, and differentiate.
 * @returns the traced function; its results are the caller's, as of any operation
 *
 * Convention: what `fn` does besides tensor operations happens while it is recorded, not later: numbers that it computes,
 * random draws in JavaScript, tensors that it closes over are constants of the trace; variables are read anew in every
 * call. Shapes, TensorFlow's data types and plain values of the arguments are the trace's key: others are recorded
 * anew, with a warning at the fourth trace. On engines other than "tensorflow", within a differentiation, and within
 * another traced function, `fn` just runs.
 * Gradient: none of its own; where something around it is differentiated, that of `fn`.
 * Cost:     of a later call, TensorFlow's own (4 µs for the smallest operation), and 0.6 ms of JavaScript for 300
 *           variables. A trace holds its constants.
 *
 * @throws {TypeError} if `fn` is no function or an asynchronous one, or an argument is of another kind
 * @throws {ValueError} while recording, if `fn` reads tensors, creates or disposes variables, or uploads more than 256
 *         values that differ (its assignments have happened then, as in any call that throws); later, if a variable was
 *         disposed
 * @throws {TensorFlowError} if an operation fails: "operation 57 of 412, Conv2D: …"; no variable is assigned then
 *
 * @example
 * const double = traced((x: tf.Tensor) => tf.mul(x, 2));
 * double(tf.scalar(3)).dataSync(); // 6, recorded
 * double(tf.scalar(4)).dataSync(); // 8, repeated
 */
export function traced<TArguments extends readonly unknown[], TResult>(
  fn: (...args: TArguments) => TResult,
  { name = fn.name || "a function", maxTraces = 16 }: TracedOptions = {},
): Traced<TArguments, TResult> {
  assertSynchronous(fn);
  if (!(Number.isInteger(maxTraces) && maxTraces >= 1)) {
    throw new ValueError("traced", {
      expected: "maxTraces to be a whole number ≥ 1",
      actual: show(maxTraces),
    });
  }
  const traces: Traces = new Map();
  let recorded = 0;
  let isDisposed = false;

  function record(backend: NodeTensorFlowBackend, key: string, args: TArguments): TResult {
    if (recorded === USUAL_TRACES) warn(name, [...traces.keys(), key]);
    const { result, trace } = recordTrace(backend, fn, args);
    recorded++;
    traces.set(key, trace);
    const [oldest] = traces.keys();
    if (traces.size > maxTraces && oldest !== undefined) release(traces, oldest);
    return result;
  }

  function call(...args: TArguments): TResult {
    if (isDisposed) {
      throw new ValueError("traced", {
        expected: `${name} not to be disposed`,
        actual: "a call after dispose()",
      });
    }
    const backend = tracingBackend();
    if (backend === undefined) return fn(...args);
    const { key, tensors } = describeArguments(backend, args);
    const trace = traces.get(key);
    if (trace !== undefined && fitsTrace(backend, trace)) {
      traces.delete(key);
      traces.set(key, trace); // last in the map's order: most recently used
      return replayTrace(trace, tensors) as TResult;
    }
    release(traces, key);
    return record(backend, key, args);
  }

  function dispose(): void {
    isDisposed = true;
    releaseAll(traces);
  }

  const result = Object.assign(call, { dispose });
  forgotten.register(result, traces);
  return result;
}

type Traces = Map<string, Trace>;

function release(traces: Traces, key: string): void {
  const trace = traces.get(key);
  if (trace === undefined) return;
  traces.delete(key);
  trace.backend.binding.removeProgram(trace.program);
}

function releaseAll(traces: Traces): void {
  for (const key of [...traces.keys()]) release(traces, key);
}

/** Frees the traces of functions that nobody can call any more. */
const forgotten = new FinalizationRegistry(releaseAll);

/** The backend to record on; undefined where a function is to run as it is. */
function tracingBackend(): NodeTensorFlowBackend | undefined {
  if (tf.getBackend() !== "tensorflow") return undefined;
  const { state, backend } = tf.engine() as unknown as {
    readonly state: { readonly gradientDepth: number };
    readonly backend: NodeTensorFlowBackend;
  };
  return state.gradientDepth > 0 || backend.recorder !== null ? undefined : backend;
}

function assertSynchronous(fn: unknown): void {
  if (typeof fn === "function" && fn.constructor.name !== "AsyncFunction") return;
  const actual = typeof fn === "function" ? `async ${show(fn)}` : show(fn);
  throw new TypeError(`traced: expected fn to be a synchronous function, got ${actual}`);
}

function warn(name: string, keys: readonly string[]): void {
  const described = keys.map((key) => `(${key})`).join("; ");
  process.emitWarning(
    `traced: ${name} is recorded for the 4th time, which costs more than running it. Pass what changes from call to ` +
      `call as a tensor, and keep shapes equal. Its arguments so far: ${described}`,
  );
}
