import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { startChild } from "../test/startChild.ts";
import { temporaryFolder } from "../test/temporaryFolder.ts";
import { publishDirectory } from "./publishDirectory.ts";
import { publishFile } from "./publishFile.ts";

test("publishFile shows the whole file under its name, in a folder that it makes", async () => {
  const file = join(temporaryFolder(), "deep", "a.txt");
  await publishFile(file, async (temporary) => {
    await writeFile(temporary, "one");
    expect(readdirSync(join(file, ".."))).not.toContain("a.txt");
  });
  expect(readFileSync(file, "utf8")).toBe("one");
});

test("publishFile leaves the old file and nothing else when building fails", async () => {
  const folder = temporaryFolder();
  const file = join(folder, "a.txt");
  writeFileSync(file, "old");
  const building = publishFile(file, async (temporary) => {
    await writeFile(temporary, "new");
    throw new Error("broken");
  });
  await expect(building).rejects.toThrow("broken");
  expect(readdirSync(folder)).toEqual(["a.txt"]);
  expect(readFileSync(file, "utf8")).toBe("old");
});

test("publishDirectory replaces a folder as a whole", async () => {
  const folder = temporaryFolder();
  const target = join(folder, "data");
  mkdirSync(target);
  writeFileSync(join(target, "old"), "");
  await publishDirectory(target, (temporary) => writeFile(join(temporary, "new"), ""));
  expect(readdirSync(target)).toEqual(["new"]);
  expect(readdirSync(folder)).toEqual(["data"]);
});

test("publishDirectory removes what a killed process left, and not what a living one builds", async () => {
  const folder = temporaryFolder();
  const target = join(folder, "data");
  const child = startChild("publishHalf", [target]);
  await child.said("half");
  await publishDirectory(target, (temporary) => writeFile(join(temporary, "one"), ""));
  expect(readdirSync(folder)).toHaveLength(2); // the child's half is still its own

  child.process.kill("SIGKILL");
  await child.ended;
  await publishDirectory(target, (temporary) => writeFile(join(temporary, "two"), ""));
  expect(readdirSync(folder)).toEqual(["data"]);
  expect(readdirSync(target)).toEqual(["two"]);
});

test("a target that cannot be written is told with what to do", async () => {
  const file = join(temporaryFolder(), "file");
  writeFileSync(file, "");
  const publishing = publishFile(join(file, "a.txt"), (temporary) => writeFile(temporary, ""));
  await expect(publishing).rejects.toThrow(
    `publishFile: cannot write ${join(file, "a.txt")}: a part of the path is a file; ` +
      "move that file away, or set APR_CACHE to a folder",
  );
});

test("a full disk is told as such", async () => {
  const file = join(temporaryFolder(), "a.txt");
  const publishing = publishFile(file, () => writeFile("/dev/full", "x"));
  await expect(publishing).rejects.toThrow(
    `publishFile: cannot write ${file}: the disk is full; ` +
      "free some space, or set APR_CACHE to a folder on a larger disk",
  );
});
