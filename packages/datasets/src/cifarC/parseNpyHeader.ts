import { show, ValueError } from "@apr-kit/contracts";

export interface NpyHeader {
  /** NumPy's dtype string, for example "|u1" (bytes) or "<i8" (64-bit integers, little-endian). */
  readonly dtype: string;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
  /** Where the elements begin in the file. */
  readonly dataOffset: number;
}

/** Longest header that is read; NumPy refuses longer ones than 10 000 as unsafe. */
export const MAX_NPY_HEADER_BYTES = 10_000 + 12;

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]; // "\x93NUMPY"

/**
 * Reads what a .npy file says about itself, without its elements.
 *
 * @param bytes the beginning of the file, at least MAX_NPY_HEADER_BYTES of it or all
 *
 * Convention: format versions 1, 2 and 3. Arrays of records (a dtype that is no string) are refused.
 *
 * @throws {ValueError} if the bytes are no such header
 *
 * @see numpy.lib.format, "Format Version 1.0" to "3.0".
 */
export function parseNpyHeader(bytes: Uint8Array): NpyHeader {
  if (!MAGIC.every((byte, i) => bytes[i] === byte)) throw invalid("a .npy file", "other bytes");
  const version = bytes[6] ?? 0;
  if (!(version >= 1 && version <= 3)) throw invalid("format version 1, 2 or 3", show(version));
  const textOffset = version === 1 ? 10 : 12;
  if (bytes.length < textOffset) throw invalid("a whole header", `${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const textBytes = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const dataOffset = textOffset + textBytes;
  if (dataOffset > Math.min(bytes.length, MAX_NPY_HEADER_BYTES)) {
    throw invalid("a whole header", `one of ${textBytes} bytes in ${bytes.length}`);
  }
  const text = new TextDecoder("latin1").decode(bytes.subarray(textOffset, dataOffset));
  const dtype = /'descr'\s*:\s*'([<>|=][a-zA-Z]\d+)'/.exec(text)?.[1];
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  const sides = /'shape'\s*:\s*\(((?:\s*\d+\s*,)*\s*\d*\s*)\)/.exec(text)?.[1];
  if (dtype === undefined || order === undefined || sides === undefined) {
    throw invalid("a header with descr, fortran_order and shape", show(text.trim()));
  }
  const shape = (sides.match(/\d+/g) ?? []).map(Number);
  const elements = shape.reduce((product, side) => product * side, 1);
  if (!Number.isSafeInteger(elements)) throw invalid("a shape of countable elements", show(shape));
  return { dtype, fortranOrder: order === "True", shape, dataOffset };
}

function invalid(expected: string, actual: string): ValueError {
  return new ValueError("parseNpyHeader", { expected, actual });
}
