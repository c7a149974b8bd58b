import { open } from "node:fs/promises";
import { SetupError } from "@apr-kit/contracts";
import { type FileLocation, readLocation } from "./fileLocation.ts";
import { childrenTable, type FileTree } from "./fileTree.ts";
import { scanTar, type TarMember } from "./scanTar.ts";

/**
 * Opens an uncompressed .tar where it lies: its headers are read once, its files one by one as they are wanted.
 *
 * Nothing is unpacked, so names can do no harm; names that would, and names that come twice, are refused all the
 * same. Links are passed over.
 *
 * @throws {SetupError} if the archive cannot be read or is damaged
 */
export async function tarTree(file: string): Promise<FileTree> {
  const members = new Map<string, TarMember>();
  const folders: string[] = [];
  try {
    const handle = await open(file, "r");
    try {
      for await (const member of scanTar(handle)) {
        if (member.kind === "folder") folders.push(member.path);
        else if (members.has(member.path)) throw new Error(`it holds ${member.path} twice`);
        else members.set(member.path, member);
      }
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw damagedArchive(file, cause);
  }
  const locate = (path: string): FileLocation | undefined => {
    const member = members.get(path);
    if (member === undefined) return undefined;
    return { kind: "tar", file, offset: member.offset, size: member.size };
  };
  return {
    place: file,
    children: childrenTable(members.keys(), folders),
    locate,
    async read(path) {
      const location = locate(path);
      if (location === undefined) throw new Error("the archive holds no such file");
      return readLocation(location);
    },
  };
}

/** What is thrown for an archive that cannot be used. */
export function damagedArchive(file: string, cause: unknown): SetupError {
  if (cause instanceof SetupError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new SetupError(
    "datasets",
    `${file} cannot be read as an archive (${reason})`,
    "download or copy it again",
    { cause },
  );
}
