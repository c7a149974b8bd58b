import { open, readFile, stat } from "node:fs/promises";
import { promisify } from "node:util";
import { inflateRaw } from "node:zlib";
import { MAX_FILE_BYTES } from "./fileTree.ts";

/** Where the bytes of a file lie: plain data, so that any thread can read them without the tree. */
export type FileLocation = WholeFile | TarRange | ZipRange;

interface WholeFile {
  readonly kind: "file";
  readonly file: string;
}

interface TarRange {
  readonly kind: "tar";
  readonly file: string;
  readonly offset: number;
  readonly size: number;
}

interface ZipRange {
  readonly kind: "zip";
  readonly file: string;
  /** Of the local header. */
  readonly offset: number;
  readonly packedSize: number;
  readonly size: number;
  readonly method: number;
  readonly isEncrypted: boolean;
}

const inflate = promisify<Uint8Array, { maxOutputLength: number }, Buffer>(inflateRaw);
const STORED = 0;
const DEFLATED = 8;
const LOCAL_HEADER_BYTES = 30;
const LOCAL_SIGNATURE = 0x04034b50;

/** Reads a whole file from where it lies; a member of a .zip inflates to the stated size, or is refused. */
export function readLocation(location: FileLocation): Promise<Uint8Array> {
  if (location.kind === "file") return readWhole(location.file);
  if (location.kind === "tar") return readRange(location.file, location.offset, location.size);
  return readPacked(location);
}

async function readWhole(file: string): Promise<Uint8Array> {
  const { size } = await stat(file);
  assertSize(size);
  return readFile(file);
}

async function readRange(file: string, offset: number, size: number): Promise<Buffer> {
  assertSize(size);
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

async function readPacked(location: ZipRange): Promise<Uint8Array> {
  const { file, offset, packedSize, size, method } = location;
  if (location.isEncrypted) throw new Error("it is encrypted");
  assertSize(size);
  const header = await readRange(file, offset, LOCAL_HEADER_BYTES);
  if (header.readUInt32LE(0) !== LOCAL_SIGNATURE) throw new Error("its header is damaged");
  const namesBytes = header.readUInt16LE(26) + header.readUInt16LE(28);
  const packed = await readRange(file, offset + LOCAL_HEADER_BYTES + namesBytes, packedSize);
  const bytes = await unpacked(packed, method, size);
  if (bytes.length === size) return bytes;
  throw new Error(`it has ${bytes.length} for ${size} bytes`);
}

async function unpacked(packed: Uint8Array, method: number, size: number): Promise<Uint8Array> {
  if (method === STORED) return packed;
  if (method !== DEFLATED) throw new Error(`it is packed by method ${method}`);
  return inflate(packed, { maxOutputLength: Math.max(size, 1) });
}

function assertSize(size: number): void {
  if (size > MAX_FILE_BYTES) throw new Error(`it has ${size} bytes`);
}
