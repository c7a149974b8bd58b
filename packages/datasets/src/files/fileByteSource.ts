import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import type { ByteSource } from "@apr-kit/formats";

/**
 * Gives a file's bytes piece by piece, so that a reader need not hold it whole.
 *
 * @param use is called with the source; the file is closed when it returns or throws
 */
export function withFileBytes<TResult>(
  path: string,
  use: (source: ByteSource) => TResult,
): TResult {
  const file = openSync(path, "r");
  try {
    const buffer = new Uint8Array(1 << 18);
    const source: ByteSource = {
      size: fstatSync(file).size,
      // a new piece only after the last one was used up, so one buffer serves all
      pull: (most) =>
        buffer.subarray(0, readSync(file, buffer, 0, Math.min(most, buffer.length), null)),
    };
    return use(source);
  } finally {
    closeSync(file);
  }
}
