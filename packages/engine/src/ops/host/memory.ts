/**
 * @file The backends "cpu" and "wasm" keep tensors in memory that JavaScript can address. Kernels that stream over
 * them once, in plain loops, serve both and beat a chain of stock kernels that streams many times.
 */
import type { BackendValues, DataType, KernelFunc, TensorInfo } from "@tensorflow/tfjs-core";

type TypedArray = Exclude<BackendValues, Uint8Array[]>;

interface CpuBackend {
  makeTensorInfo(shape: number[], dtype: DataType, values: TypedArray): TensorInfo;
  readonly data: { get(dataId: object): { values: TypedArray } };
}

interface WasmBackend {
  makeOutput(shape: number[], dtype: DataType): TensorInfo;
  typedArrayFromHeap(info: TensorInfo): TypedArray;
}

/** A backend whose tensors are addressable. */
export type HostBackend = CpuBackend | WasmBackend;

/** A kernel for both backends, as `registerOpKernels` takes it. */
export interface HostKernel {
  readonly kernelName: string;
  readonly kernelFunc: KernelFunc;
}

/** Makes a float32 tensor; its values are undefined until written. */
export function allocate(backend: HostBackend, shape: readonly number[]): TensorInfo {
  if ("typedArrayFromHeap" in backend) return backend.makeOutput([...shape], "float32");
  const size = shape.reduce((product, length) => product * length, 1);
  return backend.makeTensorInfo([...shape], "float32", new Float32Array(size));
}

/**
 * Returns views of the tensors' values, in order. Valid until the next allocation: growing wasm memory detaches them.
 */
export function views<TInfos extends readonly TensorInfo[]>(
  backend: HostBackend,
  ...infos: TInfos
): { [K in keyof TInfos]: Float32Array } {
  const look = (info: TensorInfo) =>
    "typedArrayFromHeap" in backend
      ? backend.typedArrayFromHeap(info)
      : backend.data.get(info.dataId).values;
  infos.forEach(look); // a tensor of another backend moves here at its first use, which may allocate
  return infos.map(look) as { [K in keyof TInfos]: Float32Array };
}
