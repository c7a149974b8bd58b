/** Element types that the readers and writers know, as NumPy names them. */
export type NumericType =
  | "bool"
  | "uint8"
  | "int8"
  | "uint16"
  | "int16"
  | "uint32"
  | "int32"
  | "uint64"
  | "int64"
  | "float16"
  | "float32"
  | "float64";

/** What holds the elements; float16 is widened to a Float32Array, bool is a Uint8Array of 0 and 1. */
export type NumericData =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | BigUint64Array
  | BigInt64Array
  | Float32Array
  | Float64Array;

/** An array of numbers in memory, row-major (C order) whatever the order in the file. */
export interface NumericArray {
  /** The type in the file. */
  readonly type: NumericType;
  /** [] for a single number. */
  readonly shape: readonly number[];
  readonly data: NumericData;
}

/** The types by NumPy's codes, without byte order. */
export const typesByCode: Readonly<Record<string, NumericType>> = {
  b1: "bool",
  u1: "uint8",
  i1: "int8",
  u2: "uint16",
  i2: "int16",
  u4: "uint32",
  i4: "int32",
  u8: "uint64",
  i8: "int64",
  f2: "float16",
  f4: "float32",
  f8: "float64",
};

/** Bytes of one element in a file. */
export const elementBytes: Readonly<Record<NumericType, number>> = {
  bool: 1,
  uint8: 1,
  int8: 1,
  uint16: 2,
  int16: 2,
  uint32: 4,
  int32: 4,
  uint64: 8,
  int64: 8,
  float16: 2,
  float32: 4,
  float64: 8,
};
