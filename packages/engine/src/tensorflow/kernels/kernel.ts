import { AttrType, type OpAttr, type TensorFlowBackend } from "@apr-kit/contracts";
import type { KernelFunc } from "@tensorflow/tfjs-core";
import type { NodeTensorFlowBackend } from "../tensorFlowBackend.ts";

/**
 * A kernel for the backend "tensorflow", as `registerOpKernels` takes it.
 *
 * None of ours names an element type: TensorFlow infers `T` from the inputs, so the same kernels run in bfloat16.
 */
export interface TensorFlowKernel {
  readonly kernelName: string;
  readonly kernelFunc: KernelFunc;
}

/** An integer attribute, or a list of them. */
export function ints(name: string, value: number | readonly number[]): OpAttr {
  return { name, type: AttrType.int, value };
}

/** A float attribute. */
export function float(name: string, value: number): OpAttr {
  return { name, type: AttrType.float, value };
}

/** A boolean attribute. */
export function bool(name: string, value: boolean): OpAttr {
  return { name, type: AttrType.bool, value };
}

/** A string attribute. */
export function string(name: string, value: string): OpAttr {
  return { name, type: AttrType.string, value };
}

/** Whether TensorFlow places operations on a GPU. */
export function isOnGpu(backend: TensorFlowBackend): boolean {
  return "isUsingGpuDevice" in backend && backend.isUsingGpuDevice === true;
}

/** Whether the addon's own filter gradient of bfloat16 maps serves: on CPUs that multiply bfloat16. */
export function hasBfloat16Units(backend: TensorFlowBackend): boolean {
  return !isOnGpu(backend) && (backend as NodeTensorFlowBackend).binding.hasBfloat16Units;
}

/** Whether the addon's own convolutions of bfloat16 maps serve: on CPUs with AMX. */
export function hasTiles(backend: TensorFlowBackend): boolean {
  return !isOnGpu(backend) && (backend as NodeTensorFlowBackend).binding.hasTiles;
}
