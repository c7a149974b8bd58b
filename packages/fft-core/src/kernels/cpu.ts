import type { DataType, TensorInfo } from "@tensorflow/tfjs-core";
import { registerHostKernels } from "./host.ts";

/** What the kernels use of tfjs's own cpu backend. */
interface CpuBackend {
  readonly data: { get(dataId: object): { values?: unknown } };
  makeTensorInfo(shape: number[], dtype: DataType, values: Float32Array): TensorInfo;
}

registerHostKernels("cpu", (backend) => {
  const { data } = backend as CpuBackend;
  return {
    allocate: (shape) => {
      const size = shape.reduce((product, side) => product * side, 1);
      return (backend as CpuBackend).makeTensorInfo(shape, "float32", new Float32Array(size));
    },
    view: (info) => asFloat32Array(data.get(info.dataId).values),
  };
});

/** Some cpu kernels leave a plain array behind. */
function asFloat32Array(values: unknown): Float32Array {
  return values instanceof Float32Array ? values : Float32Array.from(values as ArrayLike<number>);
}
