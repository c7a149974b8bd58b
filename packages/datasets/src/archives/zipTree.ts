import { promisify } from "node:util";
import { inflateRaw } from "node:zlib";
import { type Entry, openPromise } from "yauzl";
import { childrenTable, type FileTree, MAX_FILE_BYTES } from "./fileTree.ts";
import { memberPath } from "./memberPath.ts";
import { damagedArchive, readRange } from "./tarTree.ts";

const inflate = promisify<Uint8Array, { maxOutputLength: number }, Buffer>(inflateRaw);
const STORED = 0;
const DEFLATED = 8;
const LOCAL_HEADER_BYTES = 30;
const LOCAL_SIGNATURE = 0x04034b50;
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
  return {
    place: file,
    children: childrenTable(members.keys(), folders),
    async read(path) {
      const entry = members.get(path);
      if (entry === undefined) throw new Error("the archive holds no such file");
      return readEntry(file, entry);
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

async function readEntry(file: string, entry: Entry): Promise<Uint8Array> {
  const { compressionMethod, compressedSize, uncompressedSize, relativeOffsetOfLocalHeader } =
    entry;
  if (entry.isEncrypted()) throw new Error("it is encrypted");
  if (uncompressedSize > MAX_FILE_BYTES) throw new Error(`it has ${uncompressedSize} bytes`);
  const header = await readRange(file, relativeOffsetOfLocalHeader, LOCAL_HEADER_BYTES);
  if (header.readUInt32LE(0) !== LOCAL_SIGNATURE) throw new Error("its header is damaged");
  const namesBytes = header.readUInt16LE(26) + header.readUInt16LE(28);
  const start = relativeOffsetOfLocalHeader + LOCAL_HEADER_BYTES + namesBytes;
  const packed = await readRange(file, start, compressedSize);
  const bytes = await unpacked(packed, compressionMethod, uncompressedSize);
  if (bytes.length === uncompressedSize) return bytes;
  throw new Error(`it has ${bytes.length} for ${uncompressedSize} bytes`);
}

async function unpacked(packed: Uint8Array, method: number, size: number): Promise<Uint8Array> {
  if (method === STORED) return packed;
  if (method !== DEFLATED) throw new Error(`it is packed by method ${method}`);
  return inflate(packed, { maxOutputLength: Math.max(size, 1) });
}
