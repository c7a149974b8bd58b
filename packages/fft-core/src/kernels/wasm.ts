import type { DataType, TensorInfo } from "@tensorflow/tfjs-core";
import { registerHostKernels } from "./host.ts";

/** What the kernels use of tfjs's wasm backend. */
interface WasmBackend {
  makeOutput(shape: number[], dtype: DataType): TensorInfo;
  typedArrayFromHeap(info: TensorInfo): Float32Array;
}

registerHostKernels("wasm", (backend) => {
  const wasm = backend as WasmBackend;
  return {
    allocate: (shape) => wasm.makeOutput(shape, "float32"),
    view: (info) => wasm.typedArrayFromHeap(info),
  };
});
