import { show, ValueError } from "@apr-kit/contracts";
import { elementBytes, type NumericType, typesByCode } from "../numericArray.ts";

/** What a .npy file says about its elements. */
export interface NpyHeader {
  /** NumPy's spelling of the type, for example "|u1" or "<i8". */
  readonly dtype: string;
  readonly type: NumericType;
  readonly isBigEndian: boolean;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
  /** Where the elements begin in the file. */
  readonly dataOffset: number;
  /** Bytes of all elements together. */
  readonly dataBytes: number;
}

/** The most that can come before the elements; NumPy, too, refuses headers of more than 10 000 bytes. */
export const MAX_NPY_HEADER_BYTES = 10_000 + 12;

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]; // "\x93NUMPY"
const MAX_RANK = 64; // NumPy's own

/**
 * Reads what a .npy file says about itself, without its elements.
 *
 * @param bytes the beginning of the file: at least MAX_NPY_HEADER_BYTES of it, or all
 * @param name  what messages call the file
 *
 * Convention: format versions 1, 2 and 3; booleans, integers and floats of either byte order. Texts,
 * complex numbers, objects (which would have to be unpickled) and records are refused.
 *
 * @throws {ValueError} if the bytes are no such header
 *
 * @see numpy.lib.format, "Format Version 1.0" to "3.0"
 */
export function parseNpyHeader(bytes: Uint8Array, name = "the file"): NpyHeader {
  const { text, dataOffset } = headerText(bytes, name);
  const dtype = /'descr'\s*:\s*'([^']*)'/.exec(text)?.[1];
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  const sides = /'shape'\s*:\s*\(((?:\s*\d+L?\s*,)*(?:\s*\d+L?)?\s*)\)/.exec(text)?.[1]; // L: Python 2
  if (dtype === undefined || order === undefined || sides === undefined) {
    throw invalid(
      `${name} to have a header with descr, fortran_order and shape`,
      show(text.trim()),
    );
  }
  const type = typeOf(dtype);
  if (type === undefined) {
    throw invalid(`${name} to hold booleans, integers or floats`, `the type ${show(dtype)}`);
  }
  const shape = (sides.match(/\d+/g) ?? []).map(Number);
  const dataBytes = shape.reduce((product, side) => product * side, elementBytes[type]);
  if (!Number.isSafeInteger(dataBytes) || !shape.every(Number.isSafeInteger)) {
    throw invalid(`${name} to have a countable number of elements`, `the shape ${show(shape)}`);
  }
  if (shape.length > MAX_RANK) {
    throw invalid(`${name} to have at most ${MAX_RANK} axes`, `${shape.length}`);
  }
  const isBigEndian = dtype.startsWith(">");
  const fortranOrder = order === "True";
  return { dtype, type, isBigEndian, fortranOrder, shape, dataOffset, dataBytes };
}

function headerText(bytes: Uint8Array, name: string) {
  if (!MAGIC.every((byte, i) => bytes[i] === byte)) {
    throw invalid(`${name} to be an .npy file`, `${bytes.length} other bytes`);
  }
  const version = bytes[6] ?? 0;
  if (!(version >= 1 && version <= 3)) {
    throw invalid(`${name} to be of format version 1, 2 or 3`, show(version));
  }
  const textOffset = version === 1 ? 10 : 12;
  if (bytes.length < textOffset) throw invalid(`${name} to be whole`, "a header that is cut off");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const textBytes = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const dataOffset = textOffset + textBytes;
  if (dataOffset > MAX_NPY_HEADER_BYTES) {
    throw invalid(`${name} to have a header of at most 10000 bytes`, `one of ${textBytes}`);
  }
  if (dataOffset > bytes.length) {
    throw invalid(`${name} to be whole`, "a header that is cut off");
  }
  const text = new TextDecoder("latin1").decode(bytes.subarray(textOffset, dataOffset));
  return { text, dataOffset };
}

/** Single bytes have no order ("|"), wider elements must say theirs. */
function typeOf(dtype: string): NumericType | undefined {
  const [, order, code = ""] = /^([<>|=])([a-z]\d)$/.exec(dtype) ?? [];
  const type = Object.hasOwn(typesByCode, code) ? typesByCode[code] : undefined;
  if (type === undefined) return undefined;
  return elementBytes[type] === 1 || order === "<" || order === ">" ? type : undefined;
}

function invalid(expected: string, actual: string): ValueError {
  return new ValueError("parseNpyHeader", { expected, actual });
}
