import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { SetupError } from "@apr-kit/contracts";
import { type FileTree, MAX_FILE_BYTES, type TreeChildren } from "./fileTree.ts";

/** A folder on disk. Links are followed; one that leads nowhere counts as a file, which then cannot be read. */
export function folderTree(directory: string): FileTree {
  return {
    place: directory,
    children: (folder) => childrenOf(join(directory, folder)),
    async read(path) {
      const file = join(directory, path);
      const { size } = await stat(file);
      if (size > MAX_FILE_BYTES) throw new Error(`it has ${size} bytes`);
      return readFile(file);
    },
  };
}

async function childrenOf(directory: string): Promise<TreeChildren> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((cause: Error) => {
    throw new SetupError(
      "datasets",
      `${directory} cannot be listed (${cause.message.split(",")[0]})`,
      "check the path and its permissions",
      { cause },
    );
  });
  const folders: string[] = [];
  const files: string[] = [];
  for (const entry of entries) {
    const isFolder = entry.isSymbolicLink()
      ? ((await stat(join(directory, entry.name)).catch(() => undefined))?.isDirectory() ?? false)
      : entry.isDirectory();
    (isFolder ? folders : files).push(entry.name);
  }
  return { folders: folders.sort(), files: files.sort() };
}
