import { hashFile } from "./hashFile.ts";

/**
 * Returns the SHA-256 of a file's bytes, as 64 lower-case hexadecimal digits.
 *
 * Cost: one read of the file, a fixed amount of memory.
 *
 * @example
 * await sha256File(emptyFile); // "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
 */
export function sha256File(file: string): Promise<string> {
  return hashFile(file, "sha256");
}
