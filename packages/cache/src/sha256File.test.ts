import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { temporaryFolder } from "../test/temporaryFolder.ts";
import { sha256File } from "./sha256File.ts";

test("sha256File gives the known digests of nothing and of abc (FIPS 180-2)", async () => {
  const file = join(temporaryFolder(), "a");
  writeFileSync(file, "");
  expect(await sha256File(file)).toBe(
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  );
  writeFileSync(file, "abc");
  expect(await sha256File(file)).toBe(
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
});
