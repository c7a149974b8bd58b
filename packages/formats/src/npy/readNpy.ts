import { ValueError } from "@apr-kit/contracts";
import { decodeNumbers } from "../decodeNumbers.ts";
import type { NumericArray } from "../numericArray.ts";
import { toRowMajor } from "../toRowMajor.ts";
import { type NpyHeader, parseNpyHeader } from "./parseNpyHeader.ts";

/**
 * Reads a whole .npy file of numbers.
 *
 * @param name what messages call the file
 * @returns an array in memory of its own; row-major, also where the file is in Fortran order
 *
 * Convention: see {@link parseNpyHeader}. Big-endian elements are turned round.
 * Cost: memory for one copy of the elements, two in Fortran order; never more than the file's size asks for.
 *
 * @throws {ValueError} if the bytes are no such file, or more or fewer than its header says
 * @example
 * const { shape, data } = readNpy(await readFile("labels.npy"), "labels.npy");
 */
export function readNpy(bytes: Uint8Array, name = "the file"): NumericArray {
  const header = parseNpyHeader(bytes, name);
  const { dtype, shape, dataOffset, dataBytes } = header;
  const actual = bytes.length - dataOffset;
  if (actual !== dataBytes) {
    throw new ValueError("readNpy", {
      expected: `${name} to hold ${dataBytes} bytes of ${dtype} for shape [${shape.join(", ")}]`,
      actual: `${actual}`,
    });
  }
  return decodeNpy(header, bytes.subarray(dataOffset));
}

/** Decodes the elements that a header describes. */
function decodeNpy(
  { type, isBigEndian, fortranOrder, shape }: NpyHeader,
  elements: Uint8Array,
): NumericArray {
  const data = decodeNumbers(elements, type, isBigEndian);
  return { type, shape, data: fortranOrder ? toRowMajor(data, shape) : data };
}
