import { mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Progress } from "@apr-kit/contracts";
import { expect, test } from "@jest/globals";
import { unpackWheel } from "../../src/provision/unpackWheel.ts";
import { tree, useWorkshop } from "./workshop.ts";
import { writeWheel } from "./writeWheel.ts";

const workshop = useWorkshop();
const options = { isWanted: (path: string) => path.startsWith("a/"), onProgress: undefined };

function place(): { wheel: string; target: string } {
  const { folder } = workshop();
  const target = join(folder, "target");
  mkdirSync(target);
  return { wheel: join(folder, "x-1.0.whl"), target };
}

test("unpackWheel writes the wanted files and returns their hashes, with progress in bytes", async () => {
  const { wheel, target } = place();
  writeWheel(wheel, "x-1.0", { "a/one": "abc", "a/deep/two": "", "b/three": "no" });
  const progress: Progress[] = [];
  const files = await unpackWheel(wheel, target, {
    ...options,
    onProgress: (step) => progress.push(step),
  });
  expect(tree(target)).toEqual(["a/deep/two", "a/one"]);
  expect(readFileSync(join(target, "a/one"), "utf8")).toBe("abc");
  expect(files[0]).toEqual({
    path: "a/one",
    size: 3,
    sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  });
  expect(progress.at(-1)).toEqual({
    task: "unpacking x-1.0.whl",
    done: 3,
    total: 3,
    unit: "bytes",
  });
});

const damages: [string, (wheel: string) => void, string][] = [
  ["is cut short", (wheel) => truncateSync(wheel, 100), "file is truncated"],
  ["is empty", (wheel) => truncateSync(wheel, 0), "file is truncated"],
  [
    "has a changed byte",
    (wheel) => {
      const bytes = readFileSync(wheel);
      bytes.write("abd", bytes.indexOf("abc"));
      writeFileSync(wheel, bytes);
    },
    "a/one is not as listed",
  ],
  [
    "has a file that RECORD does not list",
    (wheel) => writeWheel(wheel, "x-1.0", { "a/one": "abc" }, { "a/one": "-" }),
    "a/one is not as listed",
  ],
];

test.each(damages)("a wheel that %s is refused", async (_, damage, reason) => {
  const { wheel, target } = place();
  writeWheel(wheel, "x-1.0", { "a/one": "abc" });
  damage(wheel);
  const unpacking = unpackWheel(wheel, target, options);
  await expect(unpacking).rejects.toThrow("unpackWheel: x-1.0.whl is damaged (");
  await expect(unpacking).rejects.toThrow(reason);
});
