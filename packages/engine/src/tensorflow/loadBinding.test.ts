import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { loadBinding } from "./loadBinding.ts";

test("loadBinding(path) of a missing file says which and what to do", () => {
  expect(() => loadBinding("/nowhere/tensorflow.node")).toThrow(
    "loadBinding: /nowhere/tensorflow.node does not exist; install the engine first",
  );
});

test("loadBinding(path) of a file that is no addon says why it cannot be loaded", () => {
  const folder = mkdtempSync(join(tmpdir(), "apr-"));
  const path = join(folder, "tensorflow.node");
  writeFileSync(path, "not a library");
  expect(() => loadBinding(path)).toThrow(/loadBinding: .* cannot be loaded \(.+\); install the/);
  rmSync(folder, { recursive: true });
});
