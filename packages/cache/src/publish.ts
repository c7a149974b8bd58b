import { mkdir, open, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { fileTrouble } from "./fileTrouble.ts";
import { sweepTemporaries, temporarySibling } from "./temporary.ts";

/**
 * Lets `write` make something beside `target` and move it there; what fails or was killed leaves nothing.
 *
 * @param where function that is named in errors
 * @param write given the temporary sibling, which does not exist yet; ends by renaming it to `target`
 */
export async function publish(
  where: string,
  target: string,
  write: (temporary: string) => Promise<void>,
): Promise<void> {
  let temporary: string | undefined;
  try {
    await mkdir(dirname(target), { recursive: true });
    await sweepTemporaries(target);
    temporary = await temporarySibling(target);
    await write(temporary);
    await flush(dirname(target));
  } catch (error) {
    if (temporary !== undefined) await rm(temporary, { recursive: true, force: true });
    throw fileTrouble(where, target, error);
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
