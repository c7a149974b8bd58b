import { stat } from "node:fs/promises";
import { SetupError } from "@apr-kit/contracts";
import type { FileTree } from "./fileTree.ts";
import { folderTree } from "./folderTree.ts";
import { tarTree } from "./tarTree.ts";
import { zipTree } from "./zipTree.ts";

/**
 * Opens a folder, a .tar or a .zip as a tree of files. Archives are read where they lie.
 *
 * @throws {SetupError} if there is nothing at `place`, or it is nothing of the kind
 */
export async function openTree(place: string): Promise<FileTree> {
  const info = await stat(place).catch(() => undefined);
  if (info === undefined) {
    throw new SetupError("datasets", `there is nothing at ${place}`, "check the path");
  }
  if (info.isDirectory()) return folderTree(place);
  if (/\.tar$/i.test(place)) return tarTree(place);
  if (/\.zip$/i.test(place)) return zipTree(place);
  const isPacked = /\.(tgz|gz|bz2|xz|zst)$/i.test(place);
  throw new SetupError(
    "datasets",
    `${place} is no folder, .tar or .zip`,
    isPacked ? "expand it first: single files cannot be read out of it" : "give one of these",
  );
}
