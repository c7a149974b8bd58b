import { createHash, randomBytes } from "node:crypto";
import { readdir, readlink, rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { errorCode } from "./fileTrouble.ts";

const ABANDONED_MS = 24 * 60 * 60 * 1000;

/** A path beside `target`, so that renaming stays on one disk, whose name tells which process made it. */
export async function temporarySibling(target: string): Promise<string> {
  const random = randomBytes(4).toString("hex");
  const name = `.${basename(target)}.tmp-${await machine()}-${process.pid}-${random}`;
  return join(dirname(target), name);
}

/** Removes what killed processes left beside `target`: dead makers on this machine, or a day old. */
export async function sweepTemporaries(target: string): Promise<void> {
  const prefix = `.${basename(target)}.tmp-`;
  const folder = dirname(target);
  for (const name of await readdir(folder)) {
    if (!name.startsWith(prefix)) continue;
    const [maker, pid] = name.slice(prefix.length).split("-");
    const path = join(folder, name);
    const isDead = maker === (await machine()) && !isAlive(Number(pid));
    if (isDead || (await ageMs(path)) > ABANDONED_MS) {
      await rm(path, { recursive: true, force: true });
    }
  }
}

/** Process ids are comparable only within one host and one process namespace (containers share caches). */
async function machine(): Promise<string> {
  const namespace = await readlink("/proc/self/ns/pid").catch(() => "");
  return createHash("sha256").update(`${hostname()} ${namespace}`).digest("hex").slice(0, 8);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) !== "ESRCH";
  }
}

async function ageMs(path: string): Promise<number> {
  const info = await stat(path).catch(() => undefined);
  return info === undefined ? 0 : Date.now() - info.mtimeMs;
}
