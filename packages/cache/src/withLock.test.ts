import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import { startChild } from "../test/startChild.ts";
import { temporaryFolder } from "../test/temporaryFolder.ts";
import { withLock } from "./withLock.ts";

test("tasks on one path do not overlap, and their results come back", async () => {
  const path = join(temporaryFolder(), "a");
  let inside = 0;
  let most = 0;
  const task = async () => {
    inside += 1;
    most = Math.max(most, inside);
    await sleep(30);
    inside -= 1;
    return "done";
  };
  const results = await Promise.all([1, 2, 3].map(() => withLock(path, task)));
  expect(results).toEqual(["done", "done", "done"]);
  expect(most).toBe(1);
  expect(existsSync(`${path}.lock`)).toBe(false);
});

test("a task that throws gives its error and frees the lock", async () => {
  const path = join(temporaryFolder(), "a");
  const failing = withLock(path, () => Promise.reject(new Error("broken")));
  await expect(failing).rejects.toThrow("broken");
  expect(await withLock(path, async () => 1)).toBe(1);
});

test("waiting for another process is told once", async () => {
  const path = join(temporaryFolder(), "a");
  const child = startChild("holdLock", [path, "700"]);
  await child.said("holding");
  const told: string[] = [];
  await withLock(path, async () => undefined, { onWait: (message) => told.push(message) });
  expect(told).toEqual([`another process holds ${path}.lock; waiting for it to finish`]);
  expect(await child.ended).toContain("leaving");
});

test("the lock of a killed process is taken over", async () => {
  const path = join(temporaryFolder(), "a");
  const child = startChild("holdLock", [path, "60000"]);
  await child.said("holding");
  child.process.kill("SIGKILL");
  await child.ended;
  expect(existsSync(`${path}.lock`)).toBe(true);
  expect(await withLock(path, async () => "mine", { staleMs: 2000 })).toBe("mine");
});
