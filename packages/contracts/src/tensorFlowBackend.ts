import type { KernelBackend, Tensor, TensorInfo } from "@tensorflow/tfjs-core";

/** TensorFlow's attribute kinds, by the numbers of its C API (TF_AttrType). */
export const AttrType = { string: 0, int: 1, float: 2, bool: 3, type: 4, shape: 5 } as const;

/** TensorFlow's element types, by the numbers of its C API (TF_DataType). */
export const DataType = {
  float32: 1,
  float64: 2,
  int32: 3,
  uint8: 4,
  complex64: 8,
  int64: 9,
  bool: 10,
  bfloat16: 14,
  float16: 19,
} as const;

/** One attribute of a TensorFlow operation. */
export interface OpAttr {
  readonly name: string;
  readonly type: (typeof AttrType)[keyof typeof AttrType];
  readonly value: unknown;
}

/**
 * What a kernel may ask of the tfjs backend "tensorflow": to run any registered TensorFlow operation.
 *
 * Packages that register kernels for it need this type only, not the engine package.
 */
export interface TensorFlowBackend extends KernelBackend {
  /** Runs `op` and wraps its only output. Inputs are TensorInfo of this backend. */
  executeSingleOutput(op: string, attrs: readonly OpAttr[], inputs: readonly TensorInfo[]): Tensor;
  /** Runs `op` and wraps its `outputs` outputs, in TensorFlow's order. */
  executeMultipleOutputs(
    op: string,
    attrs: readonly OpAttr[],
    inputs: readonly TensorInfo[],
    outputs: number,
  ): Tensor[];
}
