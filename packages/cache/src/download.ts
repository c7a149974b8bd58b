import { open, rename, rm, stat } from "node:fs/promises";
import { basename } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type OnProgress, SetupError } from "@apr-kit/contracts";
import { fileTrouble } from "./fileTrouble.ts";
import { hashFile } from "./hashFile.ts";
import { flush } from "./publish.ts";
import { TransferError, transfer } from "./transfer.ts";
import { withLock } from "./withLock.ts";

export interface DownloadRequest {
  /** Mirrors of one file, tried in this order. */
  readonly urls: readonly string[];
  /** Where the file shall be. */
  readonly file: string;
  /**
   * 64 hexadecimal digits. Without a checksum an interrupted download starts anew in the next process.
   */
  readonly sha256?: string;
  /** 32 hexadecimal digits, for files of which nothing better is published; ignored beside sha256. */
  readonly md5?: string;
  readonly size?: number;
  readonly onProgress?: OnProgress;
  /** Called once when another process is fetching the same file. */
  readonly onWait?: (message: string) => void;
  /** How often one address is tried again after a passing fault; default 4. */
  readonly retries?: number;
  /** The first pause before trying again, doubled each time; default 500. */
  readonly pauseMs?: number;
}

/**
 * Fetches a file over HTTP into its place, once, however many processes ask for it.
 *
 * Convention: bytes gather in `<file>.part`, which a later attempt, mirror or process continues by a
 * Range request; size and checksum are verified before the file appears under its name. A file that
 * is already there and passes is not fetched again. HTTP_PROXY, HTTPS_PROXY and NO_PROXY are honoured.
 *
 * @throws {SetupError} one line that names every address with what went wrong there, and where to
 *         place the file by hand
 */
export async function download(request: DownloadRequest): Promise<void> {
  const { file, onWait } = request;
  if ((await defectOf(file, request)) === undefined) return;
  await withLock(file, () => fetchUnderLock(request), onWait === undefined ? {} : { onWait });
}

async function fetchUnderLock(request: DownloadRequest): Promise<void> {
  const { urls, file } = request;
  const sum = checksumOf(request);
  if ((await defectOf(file, request)) === undefined) return; // fetched by the one we waited for
  const part = `${file}.part`;
  if (sum === undefined) await rm(part, { force: true }); // nothing could tell whether it still fits
  const failures: string[] = [];
  for (const url of urls) {
    const failure = await fetchFrom(url, part, request);
    if (failure === undefined) {
      await publish(part, file);
      return;
    }
    failures.push(`${url}: ${failure}`);
  }
  const check = sum === undefined ? "" : ` (${sum.algorithm} ${sum.value})`;
  throw new SetupError(
    "download",
    `could not get ${basename(file)} (${failures.join("; ")})`,
    `try again later, or fetch it by other means and place it at ${file}${check}`,
  );
}

/** Tries one address until it delivers or is hopeless. Returns why it failed, undefined when `part` is good. */
async function fetchFrom(
  url: string,
  part: string,
  request: DownloadRequest,
): Promise<string | undefined> {
  const { retries = 4, pauseMs = 500, size, onProgress } = request;
  let failure = "";
  let pause = pauseMs;
  let isFreshStart = false;
  for (let attempt = 0; attempt <= retries; attempt++) {
    const before = await sizeOf(part);
    try {
      await transfer({
        url,
        part,
        task: `downloading ${basename(request.file)}`,
        size,
        onProgress,
      });
      const defect = await defectOf(part, request);
      if (defect === undefined) return undefined;
      failure = (await looksLikeHtml(part)) ? "the server sent a web page" : defect;
      await rm(part, { force: true });
      if (before === 0 || isFreshStart) return failure; // whole and wrong: asking again gives the same
      isFreshStart = true; // the part may have come from another version of the file
      continue;
    } catch (error) {
      if (!(error instanceof TransferError)) throw fileTrouble("download", part, error);
      failure = error.message;
      if (!error.isPassing) return failure;
      if (await looksLikeHtml(part)) {
        await rm(part, { force: true });
        return "the server sent a web page";
      }
      if ((await sizeOf(part)) > before) {
        attempt = -1; // it moves on; only standing still counts
        pause = pauseMs;
      }
    }
    if (attempt < retries) await sleep(pause);
    pause = Math.min(pause * 2, 30_000);
  }
  return failure;
}

/** Why `file` is not the one that was asked for; undefined when it is. */
async function defectOf(
  file: string,
  request: Pick<DownloadRequest, "sha256" | "md5" | "size">,
): Promise<string | undefined> {
  const { size } = request;
  const info = await stat(file).catch(() => undefined);
  if (info === undefined) return "no file";
  if (size !== undefined && info.size !== size) return `wrong size, ${info.size} for ${size} bytes`;
  const sum = checksumOf(request);
  if (sum === undefined) return undefined;
  const { algorithm, value } = sum;
  const actual = await hashFile(file, algorithm);
  return actual === value.toLowerCase()
    ? undefined
    : `wrong checksum, ${algorithm} ${actual.slice(0, 12)}… for ${value.slice(0, 12)}…`;
}

/** The stronger of the stated checksums. */
function checksumOf({ sha256, md5 }: Pick<DownloadRequest, "sha256" | "md5">) {
  if (sha256 !== undefined) return { algorithm: "sha256", value: sha256 } as const;
  return md5 === undefined ? undefined : ({ algorithm: "md5", value: md5 } as const);
}

async function looksLikeHtml(file: string): Promise<boolean> {
  if ((await sizeOf(file)) === 0) return false;
  const handle = await open(file, "r");
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(512), 0, 512, 0);
    return /^\s*<(!doctype\s+html|html)/i.test(buffer.toString("latin1", 0, bytesRead));
  } finally {
    await handle.close();
  }
}

async function publish(part: string, file: string): Promise<void> {
  await flush(part);
  await rename(part, file);
}

async function sizeOf(file: string): Promise<number> {
  return (await stat(file).catch(() => undefined))?.size ?? 0;
}
