import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { SetupError } from "@apr-kit/contracts";
import { readLocation } from "./fileLocation.ts";
import type { FileTree, TreeChildren } from "./fileTree.ts";

/** A folder on disk. Links are followed; one that leads nowhere counts as a file, which then cannot be read. */
export function folderTree(directory: string): FileTree {
  const locate = (path: string) => ({ kind: "file", file: join(directory, path) }) as const;
  return {
    place: directory,
    children: (folder) => childrenOf(join(directory, folder)),
    locate,
    read: (path) => readLocation(locate(path)),
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
