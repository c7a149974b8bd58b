/** Element types of safetensors files that we read and write. */
export type SafetensorsDtype = "F32" | "F16" | "BF16" | "I64" | "U8";

/**
 * A tensor in ordinary memory, row-major. Half-precision values are widened to float32.
 *
 * `dtype` says how it lies in a file; `values` is Float32Array for floats, BigInt64Array for I64 and
 * Uint8Array for U8.
 */
export interface HostTensor {
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
  readonly values: Float32Array | BigInt64Array | Uint8Array;
}

/** Tensors by name, in order. */
export type HostTensors = ReadonlyMap<string, HostTensor>;

/** What a safetensors file holds. */
export interface SafetensorsFile {
  readonly tensors: HostTensors;
  /** Free text by key. */
  readonly metadata: Readonly<Record<string, string>>;
}

export const BYTES_PER_ELEMENT: Readonly<Record<SafetensorsDtype, number>> = {
  I64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  U8: 1,
};

/** The name under which a header keeps its metadata. */
export const METADATA = "__metadata__";
