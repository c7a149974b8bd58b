import { rename } from "node:fs/promises";
import { flush, publish } from "./publish.ts";

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
  await publish("publishFile", target, async (temporary) => {
    await build(temporary);
    await flush(temporary);
    await rename(temporary, target);
  });
}
