import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";

test("every WebAssembly module in the sources is what its assembly/ compiles to", () => {
  const tool = fileURLToPath(new URL("../../../tools/buildWasm.mjs", import.meta.url));
  expect(execFileSync(process.execPath, [tool, "--check"], { encoding: "utf8" })).toBe("");
}, 60_000);
