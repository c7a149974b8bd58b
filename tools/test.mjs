/** @file `npm test`: set up, get the engine if it can be had, run every package's tests. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fail, root, setUp, step } from "./setup.mjs";

const env = setUp();
step("Engine");
spawnSync("pnpm", ["--silent", "apr", "engine", "install"], { cwd: root, env, stdio: "inherit" });

step("Tests");
const directory = mkdtempSync(join(tmpdir(), "apr-test-"));
const report = join(directory, "report.json");
const require = createRequire(join(root, "internal/jest-preset/package.json"));
const flags = ["--experimental-vm-modules", "--disable-warning=ExperimentalWarning"];
const args = [...flags, require.resolve("jest/bin/jest"), "--json", `--outputFile=${report}`];
const { status } = spawnSync(process.execPath, [...args, ...process.argv.slice(2)], {
  cwd: root,
  env: { ...env, TF_CPP_MIN_LOG_LEVEL: env.TF_CPP_MIN_LOG_LEVEL ?? "2" },
  stdio: ["inherit", "ignore", "inherit"],
});

let outcome;
try {
  outcome = JSON.parse(readFileSync(report, "utf8"));
} catch {
  fail("jest ended without a report", status ?? 1);
} finally {
  rmSync(directory, { recursive: true, force: true });
}
const broken = outcome.numRuntimeErrorTestSuites;
const skipped = outcome.numPendingTests > 0 ? `, ${outcome.numPendingTests} skipped` : "";
console.log(
  `${outcome.numPassedTests} passed, ${outcome.numFailedTests + broken} failed${skipped}`,
);
process.exit(outcome.success && status === 0 ? 0 : 1);
