import { malformed } from "../malformed.ts";

/** Bytes that come piece by piece, and how many there will be at most. */
export interface ByteSource {
  readonly size: number;
  /** The next bytes, at least one and at most `most`; none at the end. */
  pull(most: number): Uint8Array;
}

/** Reads exactly as many bytes as it is asked for, and keeps no more than one piece. */
export interface ByteReader {
  /** Bytes not read yet, as far as the source knows. */
  remaining(): number;
  take(length: number): Uint8Array<ArrayBuffer>;
  skip(length: number): void;
}

const PIECE_BYTES = 1 << 16;

/** Presents bytes in memory as a source. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  let at = 0;
  return {
    size: bytes.length,
    pull(most) {
      const piece = bytes.subarray(at, at + most);
      at += piece.length;
      return piece;
    },
  };
}

/** Opens a reader; `where` and `name` are for messages. */
export function byteReader(source: ByteSource, where: string, name: string): ByteReader {
  let piece: Uint8Array = new Uint8Array(0);
  let at = 0;
  let total = 0;

  function next(length: number): Uint8Array {
    if (at === piece.length) {
      piece = source.pull(Math.max(length, PIECE_BYTES));
      at = 0;
      if (piece.length === 0) {
        throw malformed(where, `${name} to be whole`, `${total} bytes: it is cut off`);
      }
    }
    const part = piece.subarray(at, at + length);
    at += part.length;
    total += part.length;
    return part;
  }

  return {
    remaining: () => source.size - total,
    take(length) {
      if (length > source.size - total) {
        throw malformed(
          where,
          `${length} more bytes in ${name}`,
          `${source.size - total}: it is cut off or damaged`,
        );
      }
      const bytes = new Uint8Array(length);
      for (let done = 0; done < length; ) {
        const part = next(length - done);
        bytes.set(part, done);
        done += part.length;
      }
      return bytes;
    },
    skip(length) {
      for (let done = 0; done < length; ) done += next(Math.min(length - done, PIECE_BYTES)).length;
    },
  };
}
