import { open, rename } from "node:fs/promises";
import { join } from "node:path";
import type { FileContents } from "../output/heatmapFiles.ts";

/** Writes files into a folder that is there, each one whole or not at all: written beside, then renamed. */
export async function writeFiles(folder: string, files: FileContents): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    const handle = await open(`${path}.part`, "w");
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(`${path}.part`, path);
  }
}
