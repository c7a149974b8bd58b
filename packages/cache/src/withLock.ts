import { mkdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { lock } from "proper-lockfile";
import { errorCode, fileTrouble } from "./fileTrouble.ts";

export interface LockOptions {
  /** Called once, when another process holds the lock and this one begins to wait. */
  readonly onWait?: (message: string) => void;
  /** Age in milliseconds after which the lock of a dead process is taken over; default 10 000, at least 2 000. */
  readonly staleMs?: number;
}

const POLL_MS = 200;

/**
 * Runs `task` while no other process, and no other call in this one, holds the lock of `path`.
 *
 * @param path any path; the lock is the folder `<path>.lock` beside it, and `path` need not exist
 * @returns what `task` returns
 *
 * Convention: a living holder refreshes its lock. A killed one leaves it behind, and the next caller
 * takes it over after `staleMs`. A holder that stood still for longer (a suspended laptop) loses the
 * lock without being told; what runs under it must therefore publish atomically.
 *
 * @throws {SetupError} if the folder cannot be written
 * @throws whatever `task` throws; the lock is released
 */
export async function withLock<TResult>(
  path: string,
  task: () => Promise<TResult>,
  { onWait, staleMs = 10_000 }: LockOptions = {},
): Promise<TResult> {
  const target = resolve(path);
  const release = await acquire(target, staleMs, onWait);
  try {
    return await task();
  } finally {
    // A lock that was lost meanwhile has nothing left to release.
    await release().catch(() => undefined);
  }
}

async function acquire(
  target: string,
  staleMs: number,
  onWait: LockOptions["onWait"],
): Promise<() => Promise<void>> {
  for (let attempt = 0; ; attempt++) {
    try {
      await mkdir(dirname(target), { recursive: true });
      return await lock(target, {
        realpath: false,
        stale: staleMs,
        onCompromised: () => undefined, // see the convention above: work is published atomically
      });
    } catch (error) {
      if (errorCode(error) !== "ELOCKED") throw fileTrouble("withLock", `${target}.lock`, error);
    }
    if (attempt === 0) onWait?.(`another process holds ${target}.lock; waiting for it to finish`);
    await sleep(POLL_MS);
  }
}
