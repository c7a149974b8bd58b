import { ValueError } from "@apr-kit/contracts";
import type { DataType } from "@tensorflow/tfjs-core";
import type { NativeValues } from "./nativeAddon.ts";

/** tfjs dtype by TF_DataType. Resources and variants are handles, which tfjs-node shows as strings. */
const TFJS_TYPES: Readonly<Record<number, DataType>> = {
  1: "float32",
  2: "float32",
  3: "int32",
  4: "int32",
  5: "int32",
  6: "int32",
  7: "string",
  8: "complex64",
  9: "int32",
  10: "bool",
  14: "float32",
  17: "int32",
  19: "float32",
  20: "string",
  21: "string",
};

/** The tfjs dtype under which a tensor of TensorFlow's `dataType` is shown. */
export function tfjsDataType(dataType: number): DataType {
  const shown = TFJS_TYPES[dataType];
  if (shown === undefined) {
    throw new ValueError("tensorflow backend", {
      expected: "a data type that tfjs can show",
      actual: `TF_DataType ${dataType}`,
    });
  }
  return shown;
}

/** Values as the addon read them, in the array that tfjs expects for the shown dtype. */
export function presentValues(values: NativeValues, dataType: number): NativeValues {
  const shown = tfjsDataType(dataType);
  if (shown === "float32" && values instanceof Float64Array) return Float32Array.from(values);
  if (shown !== "int32" || values instanceof Int32Array) return values;
  if (values instanceof BigInt64Array) return narrow(values);
  return Int32Array.from(values as Uint8Array);
}

function narrow(values: BigInt64Array): Int32Array {
  return Int32Array.from(values, (value) => {
    const number = Number(value);
    if (number === (number | 0)) return number;
    throw new ValueError("tensorflow backend", {
      expected: "int64 values that fit into 32 bits",
      actual: `${value}`,
    });
  });
}
