import { show } from "@apr-kit/contracts";
import { type UnzipFileInfo, unzipSync } from "fflate";
import { malformed } from "../malformed.ts";

/** What may come out of compressed entries beyond a multiple of the file. */
const INFLATE_ALLOWANCE_BYTES = 64 * 2 ** 20;
const INFLATE_RATIO = 20;
const MAX_ENTRIES = 100_000;

export interface UnzipOptions {
  /** The function that messages name. */
  readonly where: string;
  /** Which entries are extracted; is asked with the name that `rename` gives. */
  readonly isWanted: (name: string) => boolean;
  /** What an entry is called in the result; default: as in the file. */
  readonly rename?: (name: string) => string;
}

/**
 * Extracts the wanted entries of a zip file in memory.
 *
 * @returns entries by name; each of exactly its stated size
 *
 * Convention: CRC-32 sums are not compared (PyTorch may write zeros there). What compressed entries may
 * inflate to is bounded by 64 MiB and twenty times the file, before anything is inflated.
 *
 * @throws {ValueError} if the file is cut off or damaged, or would inflate to far more than its size
 */
export function unzipEntries(
  bytes: Uint8Array,
  { where, isWanted, rename = (name) => name }: UnzipOptions,
): ReadonlyMap<string, Uint8Array> {
  const sizes = new Map<string, number>();
  let entries = 0;
  let inflated = 0;

  function filter({ name, size, originalSize, compression }: UnzipFileInfo): boolean {
    entries += 1;
    if (entries > MAX_ENTRIES || name === "") {
      throw fail("an intact zip directory", `${entries} entries, the last named ${show(name)}`);
    }
    const inner = rename(name);
    if (!isWanted(inner)) return false;
    if (sizes.has(inner)) throw fail("each entry once", `${show(inner)} twice`);
    if (size > bytes.length || (compression === 0 && size !== originalSize)) {
      throw fail(`${show(inner)} within the file`, `${size} bytes: it is cut off or damaged`);
    }
    if (compression !== 0) inflated += originalSize;
    if (inflated > INFLATE_ALLOWANCE_BYTES + INFLATE_RATIO * bytes.length) {
      throw fail(
        `a file of ${bytes.length} bytes to inflate to a likely size`,
        `${inflated} bytes`,
      );
    }
    sizes.set(inner, originalSize);
    return true;
  }

  const byName = new Map<string, Uint8Array>();
  for (const [name, data] of Object.entries(unzip(bytes, filter, where))) {
    const inner = rename(name);
    if (data.length !== sizes.get(inner)) {
      throw fail(
        `${sizes.get(inner)} bytes in ${show(inner)}`,
        `${data.length}: the file is cut off or damaged`,
      );
    }
    byName.set(inner, data);
  }
  return byName;

  function fail(expected: string, actual: string) {
    return malformed(where, expected, actual);
  }
}

function unzip(
  bytes: Uint8Array,
  filter: (file: UnzipFileInfo) => boolean,
  where: string,
): Record<string, Uint8Array> {
  try {
    return unzipSync(bytes, { filter });
  } catch (cause) {
    if ((cause as Error).name === "ValueError") throw cause;
    const { message } = cause as Error;
    throw malformed(
      where,
      "an intact zip file",
      `one that is cut off or damaged (${message})`,
      cause,
    );
  }
}
