import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { errorCode } from "./fileTrouble.ts";
import { flush, publish } from "./publish.ts";
import { temporarySibling } from "./temporary.ts";

/**
 * Makes a folder so that others see the old one or the whole new one, never a part.
 *
 * @param target path of the folder; an old one there is replaced
 * @param build  fills the empty temporary folder it is given
 *
 * Convention: as publishFile. Replacing takes two renames, because a file system cannot swap folders
 * portably: for a moment between them there is no folder at `target`.
 *
 * @throws {SetupError} if the disk is full or the folder cannot be written
 * @throws whatever `build` throws; then nothing stays of the new folder, and the old one is untouched
 */
export async function publishDirectory(
  target: string,
  build: (temporary: string) => Promise<void>,
): Promise<void> {
  await publish("publishDirectory", target, async (temporary) => {
    await mkdir(temporary);
    await build(temporary);
    await flushTree(temporary);
    await replace(temporary, target);
  });
}

async function replace(source: string, target: string): Promise<void> {
  const retired = await temporarySibling(target);
  try {
    await rename(target, retired);
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
  }
  await rename(source, target);
  await rm(retired, { recursive: true, force: true });
}

async function flushTree(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await flushTree(path);
    else if (entry.isFile()) await flush(path);
  }
  await flush(folder);
}
