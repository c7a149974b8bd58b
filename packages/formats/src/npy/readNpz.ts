import type { NumericArray } from "../numericArray.ts";
import { unzipEntries } from "../zip/unzipEntries.ts";
import { readNpy } from "./readNpy.ts";

export interface ReadNpzOptions {
  /** Only these arrays are read; default all. */
  readonly names?: readonly string[];
}

const EXTENSION = ".npy";

/**
 * Reads the arrays of a .npz file, compressed or not.
 *
 * @returns arrays by the names that numpy.savez was given, in the order of the file
 *
 * Convention: see readNpy; entries that are no .npy files are passed over. What may be inflated is bounded:
 * see unzipEntries.
 *
 * @throws {ValueError} if the file is damaged, would inflate to far more than its size, or an array is
 *         no array of numbers
 * @example
 * const images = readNpz(await readFile("test.npz"), { names: ["images"] }).get("images");
 */
export function readNpz(
  bytes: Uint8Array,
  { names }: ReadNpzOptions = {},
): ReadonlyMap<string, NumericArray> {
  const entries = unzipEntries(bytes, {
    where: "readNpz",
    isWanted: (file) =>
      file.endsWith(EXTENSION) && (names === undefined || names.includes(withoutExtension(file))),
  });
  const arrays = new Map<string, NumericArray>();
  for (const [file, data] of entries) arrays.set(withoutExtension(file), readNpy(data, file));
  return arrays;
}

function withoutExtension(file: string): string {
  return file.slice(0, -EXTENSION.length);
}
