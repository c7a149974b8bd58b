import { show } from "@apr-kit/contracts";
import { adoptNumbers } from "../decodeNumbers.ts";
import { malformed } from "../malformed.ts";
import { elementBytes, type NumericData, type NumericType } from "../numericArray.ts";
import type { ByteReader } from "./byteReader.ts";

/** An array of a .mat file, in the order of the file: column-major, the first index runs fastest. */
export interface MatArray {
  readonly type: NumericType;
  readonly shape: readonly number[];
  readonly data: NumericData;
}

/** A variable of a .mat file: its name, and its numbers if it is wanted and has some. */
export interface MatVariable {
  readonly name: string;
  readonly array: MatArray | undefined;
}

export interface MatrixLimits {
  readonly where: string;
  readonly isWanted: (name: string) => boolean;
  /** The most bytes that one array may take. */
  readonly maxBytes: number;
}

/** Types of stored numbers (mi...), by code. */
const STORED: Readonly<Record<number, NumericType>> = {
  1: "int8",
  2: "uint8",
  3: "int16",
  4: "uint16",
  5: "int32",
  6: "uint32",
  7: "float32",
  9: "float64",
  12: "int64",
  13: "uint64",
};

/** Classes of arrays of numbers (mx...), by code; texts, cells, structs, objects and sparse arrays lack. */
const CLASSES: Readonly<Record<number, NumericType>> = {
  6: "float64",
  7: "float32",
  8: "int8",
  9: "uint8",
  10: "int16",
  11: "uint16",
  12: "int32",
  13: "uint32",
  14: "int64",
  15: "uint64",
};

const INT8 = 1;
const INT32 = 5;
const UINT32 = 6;
const UTF8 = 16;
const LOGICAL = 0x02;
const COMPLEX = 0x08;
const MAX_RANK = 32;
const MAX_NAME_BYTES = 1024;

/**
 * Reads one variable (an miMATRIX element without its tag) of `length` bytes.
 *
 * @returns the reader stands somewhere within the element; the caller skips the rest
 */
export function readMatrix(
  reader: ByteReader,
  length: number,
  { where, isWanted, maxBytes }: MatrixLimits,
): MatVariable {
  const flags = smallElement(reader, where, [UINT32], 8);
  const flagWord = uint32(flags, 0);
  const sides = smallElement(reader, where, [INT32], 4 * MAX_RANK);
  const shape = Array.from({ length: sides.length >> 2 }, (_, axis) => uint32(sides, 4 * axis) | 0);
  const name = new TextDecoder().decode(smallElement(reader, where, [INT8, UTF8], MAX_NAME_BYTES));
  if (
    flags.length !== 8 ||
    sides.length % 4 !== 0 ||
    shape.length < 2 ||
    shape.some((n) => n < 0)
  ) {
    throw malformed(where, `${show(name)} to have flags and two sizes or more`, show(shape));
  }
  const type = CLASSES[flagWord & 0xff];
  const bits = (flagWord >> 8) & 0xff;
  if (type === undefined || (bits & COMPLEX) !== 0 || !isWanted(name)) {
    return { name, array: undefined };
  }
  const count = shape.reduce((product, side) => product * side, 1);
  if (!(count * elementBytes[type] <= maxBytes)) {
    throw malformed(
      where,
      `${show(name)} to take at most ${maxBytes} bytes`,
      `the shape [${shape.join(", ")}] of ${type}`,
    );
  }
  const numbers = readNumbers(reader, { where, name, count, most: Math.min(length, maxBytes) });
  const data = asClass(type, numbers, where, name);
  return { name, array: { type: (bits & LOGICAL) !== 0 ? "bool" : type, shape, data } };
}

interface Numbers {
  readonly stored: NumericType;
  readonly values: NumericData;
}

interface NumbersWanted {
  readonly where: string;
  readonly name: string;
  readonly count: number;
  readonly most: number;
}

function readNumbers(reader: ByteReader, { where, name, count, most }: NumbersWanted): Numbers {
  const tag = readTag(reader, where);
  const stored = STORED[tag.type];
  if (stored === undefined) {
    throw malformed(where, `${show(name)} to store numbers`, `elements of type ${tag.type}`);
  }
  if (tag.bytes !== count * elementBytes[stored] || tag.bytes > most) {
    throw malformed(
      where,
      `${count * elementBytes[stored]} bytes of ${stored} for ${show(name)}`,
      `${tag.bytes}`,
    );
  }
  const own = tag.inline ?? reader.take(tag.bytes);
  return { stored, values: adoptNumbers(own, stored, false) };
}

/** MATLAB stores numbers in the narrowest type that holds them all; this widens them again. */
function asClass(
  type: NumericType,
  { stored, values }: Numbers,
  where: string,
  name: string,
): NumericData {
  if (type === stored) return values;
  if (type === "float64") return Float64Array.from(values, Number);
  if (type === "float32") return Float32Array.from(values, Number);
  throw malformed(where, `${show(name)} to be stored as ${type}`, stored);
}

interface Tag {
  readonly type: number;
  readonly bytes: number;
  /** The data of an element so small that its tag holds them. */
  readonly inline?: Uint8Array<ArrayBuffer>;
}

/** Reads the type and size of the next element. */
export function readTag(reader: ByteReader, where: string): Tag {
  const bytes = reader.take(8);
  const first = uint32(bytes, 0);
  const size = first >>> 16;
  if (size === 0) return { type: first, bytes: uint32(bytes, 4) };
  if (size > 4) throw malformed(where, "at most 4 bytes within a tag", `${size}`);
  return { type: first & 0xffff, bytes: size, inline: bytes.slice(4, 4 + size) };
}

/** A short element of one of the `types`, with its padding to 8 bytes. */
function smallElement(
  reader: ByteReader,
  where: string,
  types: readonly number[],
  most: number,
): Uint8Array {
  const { type, bytes, inline } = readTag(reader, where);
  if (!types.includes(type) || bytes > most) {
    throw malformed(
      where,
      `an array with flags, sizes and a name`,
      `an element of type ${type} and ${bytes} bytes`,
    );
  }
  return inline ?? reader.take(Math.ceil(bytes / 8) * 8).subarray(0, bytes);
}

function uint32(bytes: Uint8Array, at: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return at + 4 <= bytes.length ? view.getUint32(at, true) : 0;
}
