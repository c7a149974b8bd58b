import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { SetupError } from "@apr-kit/contracts";
import { decodeRecords } from "./decodeRecords.ts";
import type { RecordFile, RecordManifest } from "./recordManifest.ts";
import { assertSplitsAre, type Splits } from "./splits.ts";

/**
 * Decodes a user's own extracted copy of the official archive.
 *
 * @throws {SetupError} if a file is missing or of another size, or the images are not the data set's
 */
export async function readRecordFolder(
  manifest: RecordManifest,
  directory: string,
): Promise<Splits> {
  const remedy = `give the folder ${manifest.folder} from ${manifest.archive.file}, freshly extracted`;
  const decode = async (files: readonly RecordFile[]) => {
    const parts: Uint8Array[] = [];
    for (const { name } of files) parts.push(await readPart(join(directory, name), remedy));
    return decodeRecords(manifest, files, parts, remedy);
  };
  const splits = { train: await decode(manifest.train), test: await decode(manifest.test) };
  assertSplitsAre(manifest, splits, remedy);
  return splits;
}

async function readPart(path: string, remedy: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const problem = code === "ENOENT" ? `there is no ${path}` : `cannot read ${path} (${message})`;
    throw new SetupError("datasets", problem, remedy, { cause });
  }
}
