import { Unzlib } from "fflate";
import { malformed } from "../malformed.ts";
import type { ByteReader, ByteSource } from "./byteReader.ts";

/** Compressed bytes inflated at a time: what comes out of one go stays below 68 MB. */
const INPUT_BYTES = 1 << 16;
/** deflate cannot do better: 258 bytes from two bits, and some slack for its blocks. */
const MAX_RATIO = 1032;
const CHECKSUM_BYTES = 4;

/**
 * Inflates the next `length` bytes of a reader, a zlib stream, piece by piece.
 *
 * Convention: the Adler-32 sum is compared when the last byte comes.
 *
 * @throws {ValueError} when a piece turns out to be damaged
 */
export function inflateSource(
  reader: ByteReader,
  length: number,
  where: string,
  name: string,
): ByteSource {
  const pieces: Uint8Array[] = [];
  let left = length;
  let sum = 1;
  const unzlib = new Unzlib((piece) => {
    if (piece.length > 0) pieces.push(piece);
  });

  function feed(): void {
    const input = reader.take(Math.min(INPUT_BYTES, left));
    left -= input.length;
    const isLast = left === 0;
    try {
      unzlib.push(input, isLast);
    } catch (cause) {
      const { message } = cause as Error;
      throw malformed(where, `${name} to hold intact compressed data`, message, cause);
    }
    for (const piece of pieces) sum = adler32(sum, piece);
    if (isLast && input.length >= CHECKSUM_BYTES) {
      const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
      const stated = view.getUint32(input.length - CHECKSUM_BYTES);
      if (stated !== sum) {
        throw malformed(where, `${name} to hold intact compressed data`, "a wrong Adler-32 sum");
      }
    }
  }

  return {
    size: length * MAX_RATIO,
    pull(most) {
      while (pieces.length === 0 && left > 0) feed();
      const piece = pieces[0];
      if (piece === undefined) return new Uint8Array(0);
      if (piece.length <= most) pieces.shift();
      else pieces[0] = piece.subarray(most);
      return piece.subarray(0, most);
    },
  };
}

const MODULUS = 65521;
/** The most bytes whose sums stay below 2^53 by far, and below 2^32 without a remainder. */
const BLOCK = 5552;

function adler32(sum: number, bytes: Uint8Array): number {
  let a = sum & 0xffff;
  let b = sum >>> 16;
  for (let start = 0; start < bytes.length; start += BLOCK) {
    const end = Math.min(start + BLOCK, bytes.length);
    for (let i = start; i < end; i++) {
      a += bytes[i] as number;
      b += a;
    }
    a %= MODULUS;
    b %= MODULUS;
  }
  return ((b << 16) | a) >>> 0;
}
