import { show } from "@apr-kit/contracts";
import { type UnzipFileInfo, unzipSync } from "fflate";
import { malformed } from "./malformed.ts";

/** What may come out of compressed entries. torch.save does not compress; other tools may. */
const INFLATE_ALLOWANCE_BYTES = 64 * 2 ** 20;
const INFLATE_RATIO = 20;
const MAX_ENTRIES = 100_000;

/**
 * Extracts the entries of a checkpoint's zip file that `isWanted` picks.
 *
 * @returns entries by the name below the archive's only folder; each of exactly its stated size
 *
 * Convention: CRC-32 sums are not compared, as PyTorch does not: it may write zeros there.
 *
 * @throws {ValueError} if the file is cut off or damaged, or would inflate to far more than its size
 */
export function unzipCheckpoint(
  bytes: Uint8Array,
  isWanted: (name: string) => boolean,
): ReadonlyMap<string, Uint8Array> {
  const sizes = new Map<string, number>();
  let entries = 0;
  let inflated = 0;

  function filter({ name, size, originalSize, compression }: UnzipFileInfo): boolean {
    entries += 1;
    if (entries > MAX_ENTRIES || name === "") {
      throw malformed(
        "an intact zip directory",
        `${entries} entries, the last named ${show(name)}`,
      );
    }
    const inner = withoutFolder(name);
    if (!isWanted(inner)) return false;
    if (sizes.has(inner)) throw malformed("each entry once", `${show(inner)} twice`);
    if (size > bytes.length || (compression === 0 && size !== originalSize)) {
      throw malformed(`${show(inner)} within the file`, `${size} bytes: it is cut off or damaged`);
    }
    if (compression !== 0) inflated += originalSize;
    if (inflated > INFLATE_ALLOWANCE_BYTES + INFLATE_RATIO * bytes.length) {
      throw malformed(
        `a file of ${bytes.length} bytes to inflate to a likely size`,
        `${inflated} bytes`,
      );
    }
    sizes.set(inner, originalSize);
    return true;
  }

  const found = unzip(bytes, filter);
  const byName = new Map<string, Uint8Array>();
  for (const [name, data] of Object.entries(found)) {
    const inner = withoutFolder(name);
    if (data.length !== sizes.get(inner)) {
      throw malformed(
        `${sizes.get(inner)} bytes in ${show(inner)}`,
        `${data.length}: the file is cut off or damaged`,
      );
    }
    byName.set(inner, data);
  }
  return byName;
}

function unzip(
  bytes: Uint8Array,
  filter: (file: UnzipFileInfo) => boolean,
): Record<string, Uint8Array> {
  try {
    return unzipSync(bytes, { filter });
  } catch (cause) {
    if ((cause as Error).name === "ValueError") throw cause;
    throw malformed(
      "an intact zip file",
      `one that is cut off or damaged (${(cause as Error).message})`,
      cause,
    );
  }
}

function withoutFolder(name: string): string {
  return name.slice(name.indexOf("/") + 1);
}
