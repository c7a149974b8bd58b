import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";

export interface WriteOptions {
  readonly onBytes?: (bytes: number) => void;
  readonly isExecutable?: boolean;
}

/** Writes a stream to a file, making its folder, and hashes what passes. */
export async function writeHashed(
  source: AsyncIterable<Uint8Array>,
  target: string,
  { onBytes, isExecutable = false }: WriteOptions = {},
): Promise<{ readonly size: number; readonly sha256: string }> {
  await mkdir(dirname(target), { recursive: true });
  const hash = createHash("sha256");
  let size = 0;
  async function* hashed(): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      hash.update(chunk);
      size += chunk.length;
      onBytes?.(chunk.length);
      yield chunk;
    }
  }
  await pipeline(hashed, createWriteStream(target, { mode: isExecutable ? 0o755 : 0o644 }));
  return { size, sha256: hash.digest("hex") };
}
