import { show } from "@apr-kit/contracts";
import { widenBfloat16, widenFloat16 } from "../safetensors/halfPrecision.ts";
import type { HostTensor } from "../safetensors/hostTensor.ts";
import { malformed } from "./malformed.ts";
import type { TensorReference, TorchDtype } from "./torchGlobals.ts";

interface Element {
  readonly bytes: number;
  readonly dtype: HostTensor["dtype"];
  readonly read: (view: DataView, offset: number) => number | bigint;
}

/** What becomes of each type: float64 is rounded to float32; integers widen to I64. */
const ELEMENTS: Readonly<Record<TorchDtype, Element>> = {
  float32: { bytes: 4, dtype: "F32", read: (view, at) => view.getFloat32(at, true) },
  float64: { bytes: 8, dtype: "F32", read: (view, at) => view.getFloat64(at, true) },
  float16: { bytes: 2, dtype: "F16", read: (view, at) => widenFloat16(view.getUint16(at, true)) },
  bfloat16: {
    bytes: 2,
    dtype: "BF16",
    read: (view, at) => widenBfloat16(view.getUint16(at, true)),
  },
  int64: { bytes: 8, dtype: "I64", read: (view, at) => view.getBigInt64(at, true) },
  int32: { bytes: 4, dtype: "I64", read: (view, at) => BigInt(view.getInt32(at, true)) },
  int16: { bytes: 2, dtype: "I64", read: (view, at) => BigInt(view.getInt16(at, true)) },
  int8: { bytes: 1, dtype: "I64", read: (view, at) => BigInt(view.getInt8(at)) },
  uint8: { bytes: 1, dtype: "U8", read: (view, at) => view.getUint8(at) },
  bool: { bytes: 1, dtype: "U8", read: (view, at) => view.getUint8(at) },
};

const ARRAYS = {
  F32: Float32Array,
  F16: Float32Array,
  BF16: Float32Array,
  I64: BigInt64Array,
  U8: Uint8Array,
} as const;

/**
 * Gathers a tensor from its storage, row-major, whatever its strides and offset.
 *
 * @param storage the bytes of the storage that `tensor` refers to
 *
 * @throws {ValueError} if the tensor reaches beyond the storage, or has more elements than it
 */
export function materialise(
  name: string,
  tensor: TensorReference,
  storage: Uint8Array,
): HostTensor {
  const { shape, strides, offset } = tensor;
  const { bytes, dtype, read } = ELEMENTS[tensor.storage.dtype];
  const size = shape.reduce((product, side) => product * side, 1);
  const capacity = Math.floor(storage.length / bytes);
  const last = shape.reduce(
    (at, side, axis) => at + (side - 1) * (strides[axis] as number),
    offset,
  );
  if (!(size <= capacity && (size === 0 || last < capacity))) {
    throw malformed(
      `${show(name)} of shape [${shape.join(", ")}] and strides [${strides.join(", ")}] at ` +
        `${offset} to lie within its storage`,
      `a storage of ${capacity} elements`,
    );
  }
  const values = new ARRAYS[dtype](size);
  const view = new DataView(storage.buffer, storage.byteOffset, storage.byteLength);
  let next = 0;

  function visit(axis: number, at: number): void {
    const side = shape[axis];
    if (side === undefined) {
      values[next++] = read(view, at * bytes) as never;
      return;
    }
    const stride = strides[axis] as number;
    for (let i = 0; i < side; i++) visit(axis + 1, at + i * stride);
  }

  if (size > 0) visit(0, offset);
  return { dtype, shape, values };
}
