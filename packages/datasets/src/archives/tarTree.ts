import { open } from "node:fs/promises";
import { SetupError } from "@apr-kit/contracts";
import { childrenTable, type FileTree, MAX_FILE_BYTES } from "./fileTree.ts";
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
  return {
    place: file,
    children: childrenTable(members.keys(), folders),
    async read(path) {
      const member = members.get(path);
      if (member === undefined) throw new Error("the archive holds no such file");
      return readRange(file, member.offset, member.size);
    },
  };
}

/** A part of a file. */
export async function readRange(file: string, offset: number, size: number): Promise<Buffer> {
  if (size > MAX_FILE_BYTES) throw new Error(`it has ${size} bytes`);
  const handle = await open(file, "r");
  try {
    const buffer = Buffer.allocUnsafe(size);
    const { bytesRead } = await handle.read(buffer, 0, size, offset);
    if (bytesRead < size) throw new Error("the archive ends before it");
    return buffer;
  } finally {
    await handle.close();
  }
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
