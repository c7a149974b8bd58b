import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { open, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { download, publishDirectory, withLock } from "@apr-kit/cache";
import { SetupError } from "@apr-kit/contracts";
import { scanTar, type TarMember } from "../archives/scanTar.ts";
import type { Reports } from "../records/fetchRecords.ts";
import type { CifarCManifest } from "./cifarCManifest.ts";

/**
 * Downloads the archive of a corrupted set and extracts its files to `place`, each held against its sum.
 *
 * The archive is deleted when the files are there; one that was placed in `downloads` by hand as well.
 *
 * @throws {SetupError} if the archive cannot be had, or is damaged
 */
export async function fetchCifarC(
  manifest: CifarCManifest,
  place: string,
  downloads: string,
  { onProgress, onNotice }: Reports,
): Promise<void> {
  const isThere = async () => (await stat(place).catch(() => undefined)) !== undefined;
  const make = async () => {
    if (await isThere()) return; // by whom we waited for
    const { archive } = manifest;
    const file = join(downloads, archive.file);
    await download({ ...archive, file, onProgress, onWait: onNotice });
    await publishDirectory(place, (folder) => extract(manifest, file, folder, onProgress));
    await rm(file, { force: true });
    onNotice(`${file} was extracted to ${place} and removed`);
  };
  if (!(await isThere())) await withLock(place, make, { onWait: onNotice });
}

async function extract(
  { title, folder, md5 }: CifarCManifest,
  file: string,
  target: string,
  onProgress: Reports["onProgress"],
): Promise<void> {
  const remedy = `delete ${file} and run again`;
  const total = Object.keys(md5).length;
  const found = new Set<string>();
  const handle = await open(file, "r");
  try {
    for await (const member of scanTar(handle)) {
      const name = basename(member.path, ".npy");
      if (!Object.hasOwn(md5, name) || member.path !== `${folder}/${name}.npy`) continue;
      const actual = await copyMember(file, member, join(target, `${name}.npy`));
      if (actual !== md5[name]) {
        const problem = `${member.path} in ${basename(file)} has a wrong md5 checksum`;
        throw new SetupError("datasets", problem, remedy);
      }
      found.add(name);
      onProgress({ task: `unpacking ${title}`, done: found.size, total, unit: "files" });
    }
  } catch (cause) {
    if (cause instanceof SetupError || (cause as NodeJS.ErrnoException).code !== undefined)
      throw cause;
    const problem = `${basename(file)} cannot be read (${(cause as Error).message})`;
    throw new SetupError("datasets", problem, remedy, { cause });
  } finally {
    await handle.close();
  }
  const missing = Object.keys(md5).filter((name) => !found.has(name));
  if (missing.length > 0) {
    throw new SetupError("datasets", `${basename(file)} lacks ${missing.join(", ")}`, remedy);
  }
}

/** Copies a member to a file of its own. Returns its MD5. */
async function copyMember(
  file: string,
  { offset, size }: TarMember,
  target: string,
): Promise<string> {
  const hash = createHash("md5");
  const hashing = new Transform({
    transform(chunk: Buffer, _, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  const source = createReadStream(file, {
    start: offset,
    end: offset + size - 1,
    highWaterMark: 1 << 20,
  });
  await pipeline(source, hashing, createWriteStream(target));
  return hash.digest("hex");
}
