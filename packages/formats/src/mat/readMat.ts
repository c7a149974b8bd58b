import { show } from "@apr-kit/contracts";
import { malformed } from "../malformed.ts";
import { type ByteReader, type ByteSource, byteReader, bytesSource } from "./byteReader.ts";
import { inflateSource } from "./inflateSource.ts";
import { type MatArray, type MatrixLimits, readMatrix, readTag } from "./readMatrix.ts";

export interface ReadMatOptions {
  /** Only these variables are read; default all that are arrays of numbers. */
  readonly names?: readonly string[];
  /** What messages call the file. */
  readonly name?: string;
  /** The most bytes that one array may take; default 2 GiB. */
  readonly maxBytes?: number;
}

/** What a .mat file holds. */
export interface MatFile {
  readonly arrays: ReadonlyMap<string, MatArray>;
  /** Variables that were not asked for or are no real arrays of numbers: texts, cells, structs. */
  readonly skipped: readonly string[];
}

const HEADER_BYTES = 128;
const MATRIX = 14;
const COMPRESSED = 15;
const WHERE = "readMat";
const MAX_PADDING_BYTES = 8;

/**
 * Reads the arrays of numbers of a MATLAB 5 file (MATLAB's -v6 and -v7, SciPy's savemat).
 *
 * @param source the bytes, or where to pull them from piece by piece: then nothing but the result, one piece
 *               and what one piece inflates to is held in memory
 * @returns arrays in the order of the file: column-major, so that X of shape [32, 32, 3, n] holds image after
 *          image, each plane after plane, each column after column
 *
 * Convention: little-endian files, compressed or not; logical arrays are "bool". No array is given memory
 * unless its sizes, its stored bytes and the bytes that its file can hold agree.
 *
 * @throws {ValueError} if the file is of another version, big-endian, cut off or damaged
 * @example
 * const { arrays } = readMat(await readFile("test_32x32.mat"), { names: ["X", "y"] });
 * arrays.get("X"); // { type: "uint8", shape: [32, 32, 3, 26032], data: Uint8Array }
 *
 * @see The MathWorks, MAT-File Format, "Level 5 MAT-Files"
 */
export function readMat(
  source: Uint8Array | ByteSource,
  { names, name = "the file", maxBytes = 2 ** 31 }: ReadMatOptions = {},
): MatFile {
  const reader = byteReader(
    source instanceof Uint8Array ? bytesSource(source) : source,
    WHERE,
    name,
  );
  assertHeader(reader, name);
  const limits: MatrixLimits = {
    where: WHERE,
    isWanted: (variable) => names === undefined || names.includes(variable),
    maxBytes,
  };
  const arrays = new Map<string, MatArray>();
  const skipped: string[] = [];
  while (reader.remaining() > 0) {
    const tag = readTag(reader, WHERE);
    if (tag.inline !== undefined || tag.bytes > reader.remaining()) {
      throw malformed(
        WHERE,
        `${name} to hold whole variables`,
        `${tag.bytes} bytes of type ${tag.type} with ${reader.remaining()} left`,
      );
    }
    const end = reader.remaining() - tag.bytes;
    if (tag.type === COMPRESSED || tag.type === MATRIX) {
      const { name: variable, array } = readVariable(reader, tag, limits, name);
      if (array === undefined) skipped.push(variable);
      else arrays.set(variable, array);
    }
    const rest = reader.remaining() - end;
    if (rest < 0) throw malformed(WHERE, `${name} to hold whole variables`, "one that ends early");
    reader.skip(rest);
  }
  return { arrays, skipped };
}

function readVariable(
  reader: ByteReader,
  { type, bytes }: { readonly type: number; readonly bytes: number },
  limits: MatrixLimits,
  name: string,
) {
  if (type === MATRIX) return readMatrix(reader, bytes, limits);
  const source = inflateSource(reader, bytes, WHERE, name);
  const inflated = byteReader(source, WHERE, name);
  const inner = readTag(inflated, WHERE);
  if (inner.type !== MATRIX || inner.bytes > inflated.remaining()) {
    throw malformed(
      WHERE,
      `${name} to hold compressed arrays`,
      `${inner.bytes} bytes of type ${inner.type}, compressed to ${bytes}`,
    );
  }
  const variable = readMatrix(inflated, inner.bytes, limits);
  if (variable.array !== undefined) assertEnds(source, name);
  return variable;
}

/** Inflates the padding after an array, so that its checksum is compared. */
function assertEnds(source: ByteSource, name: string): void {
  for (let extra = 0; ; ) {
    const { length } = source.pull(MAX_PADDING_BYTES + 1);
    extra += length;
    if (length === 0) return;
    if (extra > MAX_PADDING_BYTES) {
      throw malformed(WHERE, `${name} to hold one array in each compressed element`, "more");
    }
  }
}

function assertHeader(reader: ByteReader, name: string): void {
  const header = reader.remaining() < HEADER_BYTES ? new Uint8Array(0) : reader.take(HEADER_BYTES);
  const text = new TextDecoder("latin1").decode(header.subarray(0, 116)).trim();
  const [minor, major, order] = [header[124], header[125], header.subarray(126)];
  const mark = String.fromCharCode(...order);
  if (mark === "IM" && major === 1) return;
  const expected = `${name} to be a little-endian MATLAB 5 file`;
  if (mark === "MI") throw malformed(WHERE, expected, "a big-endian one");
  if (major === 2 && minor === 0) {
    throw malformed(WHERE, expected, "one of MATLAB 7.3 (HDF5): save it with -v7");
  }
  throw malformed(WHERE, expected, `a file that begins ${show(text.slice(0, 40))}`);
}
