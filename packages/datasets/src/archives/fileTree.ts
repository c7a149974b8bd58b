import { SetupError } from "@apr-kit/contracts";
import type { FileLocation } from "./fileLocation.ts";

/** Files in folders, wherever they lie: on a disk or inside an archive. Paths are relative, with "/". */
export interface FileTree {
  /** The folder or archive, for messages. */
  readonly place: string;
  /** What lies directly in a folder ("" is the root), by name, in the order of code units. */
  readonly children: (folder: string) => Promise<TreeChildren>;
  /** A whole file. */
  readonly read: (path: string) => Promise<Uint8Array>;
  /** Where a file lies, if there is one, for other threads; a tree without this is read on the calling thread. */
  readonly locate?: (path: string) => FileLocation | undefined;
}

export interface TreeChildren {
  readonly folders: readonly string[];
  readonly files: readonly string[];
}

/** No image is larger than this; a member of an archive that claims to be is refused unread. */
export const MAX_FILE_BYTES = 2 ** 28;

const MAX_DEPTH = 32;

/** Everything below a folder: paths of files, in the order of folders and then names. */
export async function filesBelow(
  tree: FileTree,
  folder: string,
  depth = 0,
): Promise<readonly string[]> {
  if (depth > MAX_DEPTH) {
    throw new SetupError(
      "datasets",
      `${tree.place} holds folders more than ${MAX_DEPTH} deep (${folder})`,
      "remove links that lead back to a folder above them",
    );
  }
  const { files, folders } = await tree.children(folder);
  const own = files.map((name) => joined(folder, name));
  const inner = await Promise.all(
    folders.map((name) => filesBelow(tree, joined(folder, name), depth + 1)),
  );
  return own.concat(...inner);
}

/** "a" and "b" as "a/b"; the root has no name. */
export function joined(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}

/** Folder tables of an archive from the paths of its members; `folders` may name empty ones. */
export function childrenTable(
  files: Iterable<string>,
  folders: Iterable<string>,
): (folder: string) => Promise<TreeChildren> {
  const table = new Map<string, { folders: Set<string>; files: string[] }>();
  const entryOf = (folder: string) => {
    const found = table.get(folder);
    if (found !== undefined) return found;
    const made = { folders: new Set<string>(), files: [] };
    table.set(folder, made);
    if (folder !== "") entryOf(parentOf(folder)).folders.add(nameOf(folder));
    return made;
  };
  entryOf("");
  for (const folder of folders) entryOf(folder);
  for (const path of files) entryOf(parentOf(path)).files.push(nameOf(path));
  return async (folder) => {
    const entry = table.get(folder);
    return { folders: [...(entry?.folders ?? [])].sort(), files: [...(entry?.files ?? [])].sort() };
  };
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf("/"), 0));
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
