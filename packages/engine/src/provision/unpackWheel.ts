import { basename, join } from "node:path";
import { buffer } from "node:stream/consumers";
import { isNativeError } from "node:util/types";
import { type OnProgress, SetupError } from "@apr-kit/contracts";
import { type Entry, openPromise, type ZipFile } from "yauzl";
import type { KnownFile } from "./tensorFlowBuild.ts";
import { writeHashed } from "./writeHashed.ts";

/** The wheel itself is at fault: fetching it again may help. */
export class DamagedWheelError extends SetupError {}

export interface UnpackOptions {
  /** Which files of the wheel are wanted, by their path in it. */
  readonly isWanted: (path: string) => boolean;
  readonly onProgress: OnProgress | undefined;
}

/**
 * Unpacks the wanted files of a wheel into a folder and verifies each against the wheel's RECORD.
 *
 * @param wheel     the .whl file, a zip
 * @param directory existing folder; paths in the wheel are kept below it
 * @returns what was written, with its hashes
 *
 * Convention: RECORD lists `path,sha256=<base64url without padding>,size`. A file that it does not
 * list is refused.
 *
 * @throws {DamagedWheelError} if the wheel is cut short, is no zip, or a file differs from RECORD
 */
export async function unpackWheel(
  wheel: string,
  directory: string,
  { isWanted, onProgress }: UnpackOptions,
): Promise<KnownFile[]> {
  const zip = await open(wheel);
  try {
    const entries = await collect(zip);
    const record = await readRecord(wheel, zip, entries);
    const wanted = entries.filter((entry) => isWanted(entry.fileName) && !isFolder(entry));
    const total = wanted.reduce((sum, entry) => sum + entry.uncompressedSize, 0);
    const task = `unpacking ${basename(wheel)}`;
    const files: KnownFile[] = [];
    let done = 0;
    for (const entry of wanted) {
      const file = await unpackEntry(zip, entry, directory, (bytes) => {
        done += bytes;
        onProgress?.({ task, done, total, unit: "bytes" });
      });
      if (record.get(file.path) !== file.sha256)
        throw damaged(wheel, `${file.path} is not as listed`);
      files.push(file);
    }
    return files;
  } catch (error) {
    throw isZipTrouble(error) ? damaged(wheel, error.message, error) : error;
  } finally {
    zip.close();
  }
}

/** Reads one small text file of a wheel, for example its METADATA. */
export async function readWheelText(wheel: string, path: RegExp): Promise<string> {
  const zip = await open(wheel);
  try {
    const entry = (await collect(zip)).find(({ fileName }) => path.test(fileName));
    if (entry === undefined) throw damaged(wheel, `no ${path.source} in it`);
    return (await buffer(await zip.openReadStreamPromise(entry))).toString("utf8");
  } finally {
    zip.close();
  }
}

async function open(wheel: string): Promise<ZipFile> {
  try {
    return await openPromise(wheel, { autoClose: false });
  } catch (error) {
    throw isZipTrouble(error) ? damaged(wheel, error.message, error) : error;
  }
}

async function collect(zip: ZipFile): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const entry of zip.eachEntry()) entries.push(entry);
  return entries;
}

/** path → sha256 in hexadecimal. */
async function readRecord(
  wheel: string,
  zip: ZipFile,
  entries: readonly Entry[],
): Promise<Map<string, string>> {
  const entry = entries.find(({ fileName }) => /^[^/]+\.dist-info\/RECORD$/.test(fileName));
  if (entry === undefined) throw damaged(wheel, "no RECORD in it");
  const text = (await buffer(await zip.openReadStreamPromise(entry))).toString("utf8");
  const record = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const match = /^"?(.+?)"?,sha256=([\w-]+),\d*$/.exec(line);
    if (match === null) continue;
    const [, path, digest] = match as unknown as [string, string, string];
    record.set(path, Buffer.from(digest, "base64url").toString("hex"));
  }
  return record;
}

async function unpackEntry(
  zip: ZipFile,
  entry: Entry,
  directory: string,
  onBytes: (bytes: number) => void,
): Promise<KnownFile> {
  const source = await zip.openReadStreamPromise(entry);
  const target = join(directory, entry.fileName); // yauzl refuses absolute paths and ".."
  const isExecutable = ((entry.externalFileAttributes >>> 16) & 0o111) !== 0; // Unix mode
  const written = await writeHashed(source, target, { onBytes, isExecutable });
  return { path: entry.fileName, ...written };
}

function isFolder(entry: Entry): boolean {
  return entry.fileName.endsWith("/");
}

/** yauzl and zlib throw plain errors for bad data; those of the file system carry a syscall. */
function isZipTrouble(error: unknown): error is Error {
  return isNativeError(error) && error.name !== "SetupError" && !("syscall" in error);
}

function damaged(wheel: string, how: string, cause?: unknown): DamagedWheelError {
  return new DamagedWheelError(
    "unpackWheel",
    `${basename(wheel)} is damaged (${how})`,
    `delete ${wheel} and run the command again`,
    cause === undefined ? {} : { cause },
  );
}
