import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";

/** Checksums in which publishers state their files; only the SHA-2 ones withstand an attacker. */
export type HashAlgorithm = "sha256" | "sha512" | "sha1" | "md5";

/**
 * Returns the checksum of a file's bytes in lower-case hexadecimal digits.
 *
 * Cost: one read of the file, a fixed amount of memory.
 *
 * @example
 * await hashFile(emptyFile, "md5"); // "d41d8cd98f00b204e9800998ecf8427e"
 */
export async function hashFile(file: string, algorithm: HashAlgorithm): Promise<string> {
  const hash = createHash(algorithm);
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  return hash.digest("hex");
}
