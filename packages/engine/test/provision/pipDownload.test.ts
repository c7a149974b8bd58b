import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { pipDownload } from "../../src/provision/pipDownload.ts";
import { tensorFlowWheel, tree, useWorkshop } from "./workshop.ts";

const workshop = useWorkshop();

function download(): Promise<string[]> {
  const folder = join(workshop().folder, "downloads");
  mkdirSync(folder, { recursive: true });
  return pipDownload({ requirements: ["tensorflow-cpu==2.21.*"], folder, onProgress: undefined });
}

function leftovers(): string[] {
  return tree(join(workshop().folder, "downloads"));
}

test("pipDownload asks for exactly the wheels, without what they depend on, and leaves only them", async () => {
  workshop().fakePip(tensorFlowWheel(workshop()));
  const killed = join(workshop().folder, "downloads", ".pip");
  mkdirSync(killed, { recursive: true });
  writeFileSync(join(killed, "half.whl"), "left by a killed run");
  const [wheel] = await download();
  expect(leftovers().map((name) => join(workshop().folder, "downloads", name))).toEqual([wheel]);
  expect(workshop().pipCalls()).toHaveLength(1);
  expect(workshop().pipCalls()[0]).toMatch(
    /^-m pip download --no-deps --only-binary=:all: .*tensorflow-cpu==2\.21\.\*$/,
  );
});

test("a machine without Python is told so", async () => {
  await expect(download()).rejects.toThrow(
    "pipDownload: no python3 on PATH; install Python 3 with pip",
  );
});

test("a Python without pip is told so", async () => {
  workshop().script("python3", "echo 'No module named pip' >&2; exit 1");
  await expect(download()).rejects.toThrow(
    `pipDownload: ${workshop().programs}/python3 has no pip; ` +
      "install it (Debian, Ubuntu: apt install python3-pip)",
  );
});

test("what pip says last is the reason when it fails, and nothing stays", async () => {
  workshop().script(
    "python3",
    `[ "$3" = --version ] && exit 0
echo "WARNING: Retrying after connection broken"
echo "ERROR: Could not reach the index" >&2
exit 1`,
  );
  await expect(download()).rejects.toThrow(
    "pipDownload: pip could not fetch tensorflow-cpu==2.21.* (Could not reach the index); " +
      "check the network and pip's index settings",
  );
  expect(leftovers()).toEqual([]);
});

test("a Python for which there is no wheel fetches the one of another", async () => {
  const wheel = tensorFlowWheel(workshop());
  workshop().script(
    "python3",
    `[ "$3" = --version ] && exit 0
case "$*" in *--python-version*) ;; *) echo "ERROR: No matching distribution found"; exit 1 ;; esac
while [ "$1" != --dest ]; do shift; done
cp ${wheel} "$2"/`,
  );
  expect(await download()).toHaveLength(1);
});
