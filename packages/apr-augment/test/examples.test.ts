import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "@jest/globals";

/** What an example prints when it runs as its first lines say. */
async function run(name: string): Promise<string> {
  const cwd = fileURLToPath(new URL("../../../", import.meta.url)); // where tsx is
  const file = fileURLToPath(new URL(`../examples/${name}`, import.meta.url));
  const args = ["--conditions=@apr-kit/source", "--import", "tsx", file];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd });
  return stdout;
}

test("a plain training loop with APR-SP learns", async () => {
  const [, first, last] = /loss (\S+) → (\S+)/.exec(await run("trainingLoop.ts")) ?? [];
  expect(Number(first)).toBeCloseTo(2 * Math.log(2), 2);
  expect(Number(last)).toBeLessThan(0.75 * Number(first));
}, 60_000);

test("a pipeline with APR-S delivers every image once", async () => {
  const output = await run("dataPipeline.ts");
  expect(output.match(/batch of \[8, 16, 16, 3\]/g)).toHaveLength(2);
  expect(output).toContain("batch of [4, 16, 16, 3]");
  expect(output).toContain("20 images");
}, 60_000);
