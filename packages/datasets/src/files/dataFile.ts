import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { createGunzip, gunzip } from "node:zlib";
import { SetupError } from "@apr-kit/contracts";
import type { DataFile } from "./fileManifest.ts";

/** Where a file lies, and whether as a gzip; undefined where it does not. */
export async function locate(
  directory: string,
  name: string,
): Promise<{ readonly path: string; readonly isGzip: boolean } | undefined> {
  for (const isGzip of [false, true]) {
    const path = join(directory, isGzip ? `${name}.gz` : name);
    const info = await stat(path).catch(() => undefined);
    if (info?.isFile()) return { path, isGzip };
  }
  return undefined;
}

/**
 * Reads a file whole, inflating it where only its gzip is there.
 *
 * @param most the most bytes that it may have
 *
 * @throws {SetupError} if it is missing, larger or damaged
 */
export async function readDataFile(
  directory: string,
  name: string,
  most: number,
): Promise<Uint8Array> {
  const found = await locate(directory, name);
  const fail = (what: string, cause?: unknown) =>
    new SetupError("datasets", what, `place it there afresh`, { cause });
  if (found === undefined) throw fail(`there is no ${join(directory, name)}`);
  try {
    const bytes = await readFile(found.path);
    if (!found.isGzip) return bytes;
    return await promisify(gunzip)(bytes, { maxOutputLength: most });
  } catch (cause) {
    throw fail(`${found.path} cannot be read (${(cause as Error).message})`, cause);
  }
}

/** Why a file is not the one that is meant; undefined when it is. */
export async function defectOfFile(
  directory: string,
  { name, sum }: DataFile,
): Promise<string | undefined> {
  const found = await locate(directory, name);
  if (found === undefined) return `${name} is missing`;
  if (sum === undefined) return undefined;
  const hash = createHash(sum.algorithm);
  const source = createReadStream(found.path, { highWaterMark: 1 << 20 });
  try {
    if (found.isGzip) await pipeline(source, createGunzip(), hash);
    else await pipeline(source, hash);
  } catch (error) {
    return `${name} cannot be read (${(error as Error).message})`;
  }
  return hash.digest("hex") === sum.value
    ? undefined
    : `${name} has a wrong ${sum.algorithm} checksum`;
}
