import { type Entry, openPromise } from "yauzl";
import { type FileLocation, readLocation } from "./fileLocation.ts";
import { childrenTable, type FileTree } from "./fileTree.ts";
import { memberPath } from "./memberPath.ts";
import { damagedArchive } from "./tarTree.ts";

const MAX_MEMBERS = 5_000_000;

/**
 * Opens a .zip where it lies: its directory is read once, its files one by one as they are wanted.
 *
 * Nothing is unpacked to disk; unsafe names, names that come twice and encrypted files are refused. A file
 * inflates to the size that the directory states, or is refused.
 *
 * @throws {SetupError} if the archive cannot be read or is damaged
 */
export async function zipTree(file: string): Promise<FileTree> {
  const members = new Map<string, Entry>();
  const folders: string[] = [];
  try {
    for await (const entry of entriesOf(file)) {
      const path = memberPath(entry.fileName);
      if (path === undefined) continue;
      if (entry.fileName.endsWith("/")) folders.push(path);
      else if (members.has(path)) throw new Error(`it holds ${path} twice`);
      else members.set(path, entry);
      if (members.size > MAX_MEMBERS) throw new Error(`it holds more than ${MAX_MEMBERS} files`);
    }
  } catch (cause) {
    throw damagedArchive(file, cause);
  }
  const locate = (path: string): FileLocation | undefined => {
    const entry = members.get(path);
    if (entry === undefined) return undefined;
    return {
      kind: "zip",
      file,
      offset: entry.relativeOffsetOfLocalHeader,
      packedSize: entry.compressedSize,
      size: entry.uncompressedSize,
      method: entry.compressionMethod,
      isEncrypted: entry.isEncrypted(),
    };
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

async function* entriesOf(file: string): AsyncGenerator<Entry, void, undefined> {
  const zip = await openPromise(file, { lazyEntries: true, autoClose: false });
  try {
    yield* zip.eachEntry();
  } finally {
    zip.close();
  }
}
