import { elementBytes, type NumericData, type NumericType } from "./numericArray.ts";

/** What holds the elements of each type. */
const ARRAYS = {
  bool: Uint8Array,
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  uint64: BigUint64Array,
  int64: BigInt64Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

const IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/**
 * Copies elements out of a file's bytes into memory of their own.
 *
 * @param bytes a whole number of elements, in the byte order `isBigEndian` tells
 */
export function decodeNumbers(
  bytes: Uint8Array,
  type: NumericType,
  isBigEndian: boolean,
): NumericData {
  return adoptNumbers(new Uint8Array(bytes), type, isBigEndian); // slice() of a Buffer would share
}

/** As {@link decodeNumbers}, but in place: `own` is all of its buffer, and nobody else's. */
export function adoptNumbers(
  own: Uint8Array<ArrayBuffer>,
  type: NumericType,
  isBigEndian: boolean,
): NumericData {
  const width = elementBytes[type];
  if (width > 1 && isBigEndian === IS_LITTLE_ENDIAN) reverseEach(own, width);
  if (type === "float16") return widen(new Uint16Array(own.buffer));
  return new ARRAYS[type](own.buffer);
}

/** Swaps the byte order of every element, in place. */
function reverseEach(bytes: Uint8Array, width: number): void {
  for (let start = 0; start < bytes.length; start += width) {
    bytes.subarray(start, start + width).reverse();
  }
}

function widen(halves: Uint16Array): Float32Array {
  const values = new Float32Array(halves.length);
  halves.forEach((half, i) => {
    values[i] = float16Value(half);
  });
  return values;
}

/** The number that 16 bits of IEEE 754 half precision stand for. */
function float16Value(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
