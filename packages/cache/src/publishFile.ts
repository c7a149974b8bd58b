import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { fileTrouble } from "./fileTrouble.ts";
import { sweepTemporaries, temporarySibling } from "./temporary.ts";

/**
 * Writes a file so that others see the old one or the whole new one, never a part.
 *
 * @param target path of the file; its folder is made when missing
 * @param build  writes the file at the temporary path it is given
 *
 * Convention: built in a sibling, flushed to disk, then renamed. What killed processes left behind is
 * removed first; when `build` throws, nothing stays.
 *
 * @throws {SetupError} if the disk is full or the folder cannot be written
 * @throws whatever `build` throws
 */
export async function publishFile(
  target: string,
  build: (temporary: string) => Promise<void>,
): Promise<void> {
  let temporary: string | undefined;
  try {
    await mkdir(dirname(target), { recursive: true });
    await sweepTemporaries(target);
    temporary = await temporarySibling(target);
    await build(temporary);
    await flush(temporary);
    await rename(temporary, target);
    await flush(dirname(target));
  } catch (error) {
    if (temporary !== undefined) await rm(temporary, { force: true });
    throw fileTrouble("publishFile", target, error);
  }
}

/** Waits until the file or folder is on the disk itself, so that a power cut cannot publish a hollow one. */
export async function flush(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
