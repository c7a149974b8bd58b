import { createReadStream, createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { publishFile } from "@apr-kit/cache";
import type { OnProgress } from "@apr-kit/contracts";
import { damagedArchive } from "./tarTree.ts";

export interface ExpandOptions {
  /** More than this is refused: what claims to be images and expands without end is not. */
  readonly maxBytes: number;
  readonly onProgress?: OnProgress;
}

/**
 * Expands a .gz beside it or elsewhere; `target` appears whole or not at all.
 *
 * @throws {SetupError} if the file is damaged or expands beyond `maxBytes`, or the disk is full
 */
export async function expandGzip(
  source: string,
  target: string,
  { maxBytes, onProgress = () => {} }: ExpandOptions,
): Promise<void> {
  const total = (await stat(source).catch(() => undefined))?.size ?? 0;
  const task = `expanding ${basename(source)}`;
  let read = 0;
  let written = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      read += chunk.length;
      onProgress({ task, done: read, total, unit: "bytes" });
      done(null, chunk);
    },
  });
  const limited = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      written += chunk.length;
      if (written > maxBytes) done(new Error(`it expands to more than ${maxBytes} bytes`));
      else done(null, chunk);
    },
  });
  await publishFile(target, async (temporary) => {
    const out = createWriteStream(temporary);
    const failure = await pipeline(
      createReadStream(source, { highWaterMark: 2 ** 20 }),
      counted,
      createGunzip(),
      limited,
      out,
    ).catch((cause: NodeJS.ErrnoException) => cause);
    if (failure === undefined) return;
    throw failure.code === "ENOSPC" ? failure : damagedArchive(source, failure);
  });
}
