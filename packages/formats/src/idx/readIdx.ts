import { show } from "@apr-kit/contracts";
import { decodeNumbers } from "../decodeNumbers.ts";
import { malformed } from "../malformed.ts";
import { elementBytes, type NumericArray, type NumericType } from "../numericArray.ts";

const TYPES: Readonly<Record<number, NumericType>> = {
  8: "uint8",
  9: "int8",
  11: "int16",
  12: "int32",
  13: "float32",
  14: "float64",
};

/**
 * Reads an idx file, the format of MNIST.
 *
 *     0, 0, type, rank; rank sizes of 32 bits; elements; all big-endian
 *
 * @param name what messages call the file
 * @returns an array in memory of its own, row-major
 *
 * @throws {ValueError} if the bytes are no such file, or more or fewer than its sizes say
 * @example
 * readIdx(await readFile("t10k-labels-idx1-ubyte")).shape; // [10000]
 *
 * @see LeCun, Cortes & Burges, The MNIST database, "File formats"
 */
export function readIdx(bytes: Uint8Array, name = "the file"): NumericArray {
  const [first, second, code = -1, rank = 0] = bytes;
  const type = TYPES[code];
  if (first !== 0 || second !== 0 || type === undefined) {
    const isGzip = first === 0x1f && second === 0x8b;
    const actual = isGzip ? "gzip: inflate it first" : show([...bytes.subarray(0, 4)]);
    throw malformed("readIdx", `${name} to begin with 0, 0, a known type and a rank`, actual);
  }
  const dataOffset = 4 + 4 * rank;
  if (bytes.length < dataOffset) {
    throw malformed("readIdx", `${name} to have ${rank} sizes`, "a header that is cut off");
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const dataBytes = shape.reduce((product, side) => product * side, elementBytes[type]);
  if (bytes.length - dataOffset !== dataBytes) {
    throw malformed(
      "readIdx",
      `${name} to hold ${dataBytes} bytes of ${type} for shape [${shape.join(", ")}]`,
      `${bytes.length - dataOffset}`,
    );
  }
  return { type, shape, data: decodeNumbers(bytes.subarray(dataOffset), type, true) };
}
