import { show, ValueError } from "@apr-kit/contracts";
import type { NumericType } from "../numericArray.ts";

const DTYPES: Readonly<Record<NumericType, string>> = {
  bool: "|b1",
  uint8: "|u1",
  int8: "|i1",
  uint16: "<u2",
  int16: "<i2",
  uint32: "<u4",
  int32: "<i4",
  uint64: "<u8",
  int64: "<i8",
  float16: "<f2",
  float32: "<f4",
  float64: "<f8",
};

const ALIGNMENT = 64;
const PREFIX_BYTES = 10;

/**
 * Makes the bytes that come before the elements of a .npy file, equal to numpy.save's.
 *
 * For writers that append elements as they are made: row-major, little-endian.
 *
 * @throws {ValueError} if a side is no integer ≥ 0
 * @example
 * npyHeader("uint8", [50000, 32, 32, 3]).length; // 128
 */
export function npyHeader(type: NumericType, shape: readonly number[]): Uint8Array {
  if (!shape.every((side) => Number.isSafeInteger(side) && side >= 0)) {
    throw new ValueError("npyHeader", {
      expected: "a shape of integers ≥ 0",
      actual: show(shape),
    });
  }
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const text = `{'descr': '${DTYPES[type]}', 'fortran_order': False, 'shape': (${tuple}), }`;
  // NumPy leaves room for the first side to grow to 21 digits, so that a file can be appended to.
  const growth = shape.length === 0 ? 0 : Math.max(0, 21 - String(shape[0]).length);
  const least = PREFIX_BYTES + text.length + growth + 1;
  const total = (Math.floor(least / ALIGNMENT) + 1) * ALIGNMENT; // a whole block even where none is needed
  const padded = `${text.padEnd(total - PREFIX_BYTES - 1)}\n`;
  const bytes = new Uint8Array(total);
  bytes.set([0x93, ...new TextEncoder().encode("NUMPY"), 1, 0]);
  new DataView(bytes.buffer).setUint16(8, padded.length, true);
  bytes.set(new TextEncoder().encode(padded), PREFIX_BYTES);
  return bytes;
}
