import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { type FileTree, joined, type TreeChildren } from "../archives/fileTree.ts";
import { openTree } from "../archives/openTree.ts";

/** A folder somewhere in a tree. */
export interface FoundFolder {
  readonly tree: FileTree;
  readonly folder: string;
}

/** Sets lie at most so deep in what people extract or archive: "data/ImageNet-C/blur". */
const MAX_DEPTH = 3;
/** So many folders side by side are classes; sets are not looked for in them. */
const MAX_FOLDERS = 64;

/**
 * Opens a place where a set may lie: an archive, or a folder with what is in it, archives included.
 *
 * @throws {SetupError} if there is nothing, or an archive cannot be read
 */
export async function openPlace(place: string): Promise<readonly FileTree[]> {
  const tree = await openTree(place);
  if (!(await stat(place)).isDirectory()) return [tree];
  const archives = (await readdir(place)).filter((name) => /\.(tar|zip)$/i.test(name)).sort();
  return [tree, ...(await Promise.all(archives.map((name) => openTree(join(place, name)))))];
}

/**
 * Finds the folders that a test accepts by what they hold, outer before inner; nothing below a found one is looked at.
 */
export async function findFolders(
  trees: readonly FileTree[],
  accepts: (children: TreeChildren, name: string) => boolean,
): Promise<readonly FoundFolder[]> {
  const found = await Promise.all(trees.map((tree) => findIn({ tree, folder: "" }, accepts, 0)));
  return found.flat();
}

async function findIn(
  { tree, folder }: FoundFolder,
  accepts: (children: TreeChildren, name: string) => boolean,
  depth: number,
): Promise<readonly FoundFolder[]> {
  const children = await tree.children(folder);
  if (accepts(children, folder.slice(folder.lastIndexOf("/") + 1))) return [{ tree, folder }];
  if (depth === MAX_DEPTH || children.folders.length > MAX_FOLDERS) return [];
  const inner = children.folders.map((name) =>
    findIn({ tree, folder: joined(folder, name) }, accepts, depth + 1),
  );
  return (await Promise.all(inner)).flat();
}
