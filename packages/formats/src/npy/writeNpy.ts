import { ShapeError, show } from "@apr-kit/contracts";
import type { NumericData, NumericType } from "../numericArray.ts";
import { npyHeader } from "./npyHeader.ts";

/**
 * Writes numbers as the bytes of a .npy file, equal to numpy.save's: format 1.0, C order, little-endian.
 *
 * @param data  row-major; its kind decides the type in the file (Float64Array gives "<f8")
 *
 * @throws {ShapeError} if shape and data disagree in number
 * @example
 * await writeFile("labels.npy", writeNpy(Uint8Array.of(3, 8, 8), [3]));
 */
export function writeNpy(data: NumericData, shape: readonly number[]): Uint8Array {
  const header = npyHeader(typeOf(data), shape);
  const size = shape.reduce((product, side) => product * side, 1);
  if (data.length !== size) {
    throw new ShapeError("writeNpy", {
      expected: `${size} values for shape [${shape.join(", ")}]`,
      actual: show(data),
    });
  }
  const bytes = new Uint8Array(header.length + data.byteLength);
  bytes.set(header);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), header.length);
  return bytes; // every platform that Node runs on is little-endian
}

function typeOf(data: NumericData): NumericType {
  if (data instanceof Uint8Array) return "uint8";
  if (data instanceof Int8Array) return "int8";
  if (data instanceof Uint16Array) return "uint16";
  if (data instanceof Int16Array) return "int16";
  if (data instanceof Uint32Array) return "uint32";
  if (data instanceof Int32Array) return "int32";
  if (data instanceof BigUint64Array) return "uint64";
  if (data instanceof BigInt64Array) return "int64";
  return data instanceof Float32Array ? "float32" : "float64";
}
