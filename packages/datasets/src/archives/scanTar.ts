import type { FileHandle } from "node:fs/promises";
import { memberPath } from "./memberPath.ts";

/** A file or folder of a tar archive, and where its bytes lie. */
export interface TarMember {
  readonly kind: "file" | "folder";
  readonly path: string;
  readonly offset: number;
  readonly size: number;
}

const BLOCK = 512;
/** Long names and attributes are texts; none is longer than this. */
const MAX_TEXT_BYTES = 2 ** 16;
const MAX_MEMBERS = 5_000_000;
const WINDOW = 2 ** 15;

/**
 * Reads the headers of a tar archive and passes over the contents.
 *
 * Formats: v7, ustar, GNU (long names, large sizes) and pax (path, size). Links and special files are left out.
 *
 * @throws {Error} if a header is damaged, a member reaches beyond the end, or a name is unsafe
 */
export async function* scanTar(handle: FileHandle): AsyncGenerator<TarMember, void, undefined> {
  const { size: fileSize } = await handle.stat();
  const blockAt = windowReader(handle);
  let at = 0;
  let members = 0;
  let attributes: TarAttributes = {};
  while (at + BLOCK <= fileSize) {
    const header = await blockAt(at);
    if (header.every((byte) => byte === 0)) return;
    assertChecksum(header);
    const type = String.fromCharCode(header[156] as number);
    const isText = "LKxg".includes(type);
    const size = (isText ? undefined : attributes.size) ?? numberAt(header, 124, 12);
    const offset = at + BLOCK;
    if (offset + size > fileSize) throw new Error("it ends in the middle of a file");
    at = offset + Math.ceil(size / BLOCK) * BLOCK;
    if (isText) {
      attributes = { ...attributes, ...(await textAttributes(handle, { type, offset, size })) };
      continue;
    }
    const path = memberPath(attributes.path ?? nameOf(header));
    attributes = {};
    members += 1;
    if (members > MAX_MEMBERS) throw new Error(`it holds more than ${MAX_MEMBERS} files`);
    if (path === undefined) continue;
    const isFolder = type === "5";
    if (isFolder || "0\x007".includes(type)) {
      yield { kind: isFolder ? "folder" : "file", path, offset, size };
    }
  }
  throw new Error("it ends without an end mark");
}

interface TarAttributes {
  readonly path?: string;
  readonly size?: number;
}

/** Reads one block; small files lie close together, so a window of the archive is kept. */
function windowReader(handle: FileHandle): (at: number) => Promise<Buffer> {
  const window = Buffer.alloc(WINDOW);
  let start = 0;
  let length = 0;
  return async (at) => {
    if (at < start || at + BLOCK > start + length) {
      start = at;
      length = (await handle.read(window, 0, WINDOW, at)).bytesRead;
    }
    return window.subarray(at - start, at - start + BLOCK);
  };
}

async function textAttributes(
  handle: FileHandle,
  { type, offset, size }: { readonly type: string; readonly offset: number; readonly size: number },
): Promise<TarAttributes> {
  if (size > MAX_TEXT_BYTES) throw new Error(`it holds a name of ${size} bytes`);
  if (type === "g" || type === "K") return {}; // of all members, and of links: neither names a file
  const { buffer } = await handle.read(Buffer.alloc(size), 0, size, offset);
  if (type === "L") return { path: textUpToZero(buffer) };
  return paxAttributes(buffer);
}

/** Records "length key=value\n", the length counting all of the record; POSIX.1-2001, pax. */
function paxAttributes(bytes: Buffer): TarAttributes {
  const found: { path?: string; size?: number } = {};
  let at = 0;
  while (at < bytes.length) {
    const space = bytes.indexOf(0x20, at);
    const length = space < 0 ? Number.NaN : Number(bytes.toString("latin1", at, space));
    if (!(Number.isInteger(length) && length > space - at && at + length <= bytes.length)) {
      throw new Error("it holds a damaged pax header");
    }
    const record = bytes.toString("utf8", space + 1, at + length - 1);
    const equals = record.indexOf("=");
    const value = record.slice(equals + 1);
    if (record.slice(0, equals) === "path") found.path = value;
    if (record.slice(0, equals) === "size") found.size = wholeNumber(value, /^\d+$/, 10);
    at += length;
  }
  return found;
}

function nameOf(header: Buffer): string {
  const name = textUpToZero(header.subarray(0, 100));
  const isUstar = header.toString("latin1", 257, 263) === "ustar\0";
  const prefix = isUstar ? textUpToZero(header.subarray(345, 500)) : "";
  return prefix === "" ? name : `${prefix}/${name}`;
}

/** Octal digits, or big-endian base 256 when the first bit is set, as GNU writes large sizes. */
function numberAt(header: Buffer, at: number, length: number): number {
  if ((header[at] as number) & 0x80) {
    let value = (header[at] as number) & 0x7f;
    for (let i = at + 1; i < at + length; i++) value = value * 256 + (header[i] as number);
    if (!Number.isSafeInteger(value)) throw new Error("it holds a file of an impossible size");
    return value;
  }
  const text = textUpToZero(header.subarray(at, at + length)).trim();
  return text === "" ? 0 : wholeNumber(text, /^[0-7]+$/, 8);
}

function wholeNumber(text: string, digits: RegExp, base: number): number {
  const value = digits.test(text) ? Number.parseInt(text, base) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw new Error("it holds a damaged number");
  return value;
}

function textUpToZero(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString("utf8", 0, end < 0 ? bytes.length : end);
}

/** The sum of all bytes, those of the checksum itself taken as spaces. */
function assertChecksum(header: Buffer): void {
  let sum = 8 * 0x20;
  for (const [index, byte] of header.entries()) if (index < 148 || index >= 156) sum += byte;
  if (sum !== numberAt(header, 148, 8)) throw new Error("a header is damaged");
}
