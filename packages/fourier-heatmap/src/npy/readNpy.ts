import { show, ValueError } from "@apr-kit/contracts";

/** An array as a .npy file holds it, row-major. */
export interface NpyArray {
  readonly shape: readonly number[];
  readonly data: Uint8Array | Float32Array | Float64Array;
}

type Read = (view: DataView, offset: number) => number;

/** dtypes that images and labels come in: element size, reader. */
const dtypes: Readonly<Record<string, readonly [size: number, read: Read]>> = {
  "|u1": [1, (view, offset) => view.getUint8(offset)],
  "<f4": [4, (view, offset) => view.getFloat32(offset, true)],
  "<f8": [8, (view, offset) => view.getFloat64(offset, true)],
  "|i1": [1, (view, offset) => view.getInt8(offset)],
  "<i2": [2, (view, offset) => view.getInt16(offset, true)],
  "<i4": [4, (view, offset) => view.getInt32(offset, true)],
  "<u2": [2, (view, offset) => view.getUint16(offset, true)],
  "<u4": [4, (view, offset) => view.getUint32(offset, true)],
  "<i8": [8, (view, offset) => Number(view.getBigInt64(offset, true))],
  "<u8": [8, (view, offset) => Number(view.getBigUint64(offset, true))],
};

/**
 * Reads an .npy file of numbers, in C order.
 *
 * @param name how the file is called in messages
 * @returns bytes for uint8, float32 for float32, else float64
 *
 * @throws {ValueError} if the bytes are no such file, or end early
 */
export function readNpy(bytes: Uint8Array, name: string): NpyArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { dtype, shape, start } = readHeader(view, name);
  const [size, read] = dtypes[dtype]!;
  const count = shape.reduce((product, side) => product * side, 1);
  if (bytes.byteLength - start !== count * size) {
    fail(`${name} to hold ${count} values of ${dtype}`, `${bytes.byteLength - start} bytes`);
  }
  if (dtype === "|u1") return { shape, data: bytes.slice(start) };
  const data = dtype === "<f4" ? new Float32Array(count) : new Float64Array(count);
  for (let index = 0; index < count; index++) data[index] = read(view, start + index * size);
  return { shape, data };
}

function readHeader(view: DataView, name: string) {
  const latin1 = (offset: number, length: number) =>
    Array.from({ length }, (_, index) => String.fromCharCode(view.getUint8(offset + index))).join(
      "",
    );
  if (view.byteLength < 12 || latin1(0, 6) !== "\x93NUMPY") {
    fail(`${name} to be an .npy file`, `${view.byteLength} other bytes`);
  }
  const isFirst = view.getUint8(6) === 1;
  const words = isFirst ? 10 : 12;
  const length = isFirst ? view.getUint16(8, true) : view.getUint32(8, true);
  if (words + length > view.byteLength) fail(`${name} to be whole`, "a header that is cut off");
  const header = latin1(words, length);
  const dtype = /'descr':\s*'([^']+)'/.exec(header)?.[1] ?? "";
  if (!Object.hasOwn(dtypes, dtype)) {
    fail(`${name} to be of ${Object.keys(dtypes).join(", ")}`, show(dtype));
  }
  if (!/'fortran_order':\s*False/.test(header)) fail(`${name} to be in C order`, "Fortran order");
  const tuple = /'shape':\s*\(([\d,\s]*)\)/.exec(header)?.[1] ?? "";
  const shape = tuple.split(",").filter((side) => side.trim() !== "");
  return { dtype, shape: shape.map(Number), start: words + length };
}

function fail(expected: string, actual: string): never {
  throw new ValueError("readNpy", { expected, actual });
}
