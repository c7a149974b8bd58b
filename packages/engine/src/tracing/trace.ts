import type { Variable } from "@tensorflow/tfjs-core";
import type { NodeTensorFlowBackend } from "../tensorflow/tensorFlowBackend.ts";

/** A recorded call: a program of the addon, and what goes in and comes out besides arguments and results. */
export interface Trace {
  readonly backend: NodeTensorFlowBackend;
  /** The addon's number of the program. */
  readonly program: number;
  /** Variables that it reads; its inputs after the arguments. */
  readonly reads: readonly Variable[];
  /** TensorFlow's data types of `reads`, for which alone the program is right. */
  readonly readTypes: readonly number[];
  /** Variables that it assigns. */
  readonly assigns: readonly Variable[];
  readonly assignedTypes: readonly number[];
  /** What fn returned, with the number of a result in place of each tensor. */
  readonly shapeOfResult: unknown;
  /** Ids of one run, written anew for each. */
  readonly inputs: Uint32Array;
  readonly targets: Uint32Array;
}
