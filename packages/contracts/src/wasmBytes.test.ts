/** @file The compiled module is what its sources say. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";

test("assembly/ compiles to the bytes of src/wasmBytes.ts", () => {
  const package_ = new URL("../", import.meta.url);
  const path = fileURLToPath(new URL("tools/buildWasm.mjs", package_));
  const built = execFileSync(process.execPath, [path, "--print"], { encoding: "utf8" });
  expect(built).toBe(readFileSync(new URL("src/wasmBytes.ts", package_), "utf8"));
}, 30_000);
