import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { SetupError } from "@apr-kit/contracts";
import { decodeParts } from "./decodeParts.ts";
import type { RecordFile, RecordForm, RecordManifest } from "./recordManifest.ts";
import { readPart } from "./recordPart.ts";
import { assertSplitsAre, type Splits } from "./splits.ts";

/**
 * Decodes a user's own extracted copy of an official archive, binary or pickled.
 *
 * @throws {SetupError} if a file is missing or of another size, or the images are not the data set's
 */
export async function readRecordFolder(
  manifest: RecordManifest,
  directory: string,
): Promise<Splits> {
  const form = await formIn(manifest, directory);
  const remedy = `give the folder ${form.folder} from ${form.archive.file}, freshly extracted`;
  const decode = async (files: readonly RecordFile[]) => {
    const parts = [];
    for (const file of files) {
      const bytes = await read(join(directory, file.name), remedy);
      parts.push(readPart(manifest, form, file, bytes, remedy));
    }
    return decodeParts(manifest, parts, remedy);
  };
  const splits = { train: await decode(form.train), test: await decode(form.test) };
  assertSplitsAre(manifest, splits, remedy);
  return splits;
}

/** The form of which a file is there; the first where there is none, so that its files are named. */
async function formIn({ forms }: RecordManifest, directory: string): Promise<RecordForm> {
  for (const form of forms) {
    for (const { name } of [...form.train, ...form.test]) {
      if ((await stat(join(directory, name)).catch(() => undefined)) !== undefined) return form;
    }
  }
  return forms[0];
}

async function read(path: string, remedy: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const problem = code === "ENOENT" ? `there is no ${path}` : `cannot read ${path} (${message})`;
    throw new SetupError("datasets", problem, remedy, { cause });
  }
}
