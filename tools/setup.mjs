/**
 * @file Brings a clean clone to the point where everything runs, with nothing but git, Node and npm.
 *
 * Plain JavaScript without dependencies, since nothing is installed yet.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

/** Checks Node, gets pnpm, installs the locked dependencies. Ends the process with one line on failure. */
export function setUp() {
  requireNode();
  const env = pnpmEnvironment();
  step("Installing dependencies");
  run(
    "pnpm",
    ["install", "--frozen-lockfile", "--prefer-offline"],
    env,
    "installing dependencies failed",
  );
  return env;
}

/** Runs a command in the repository; on failure prints `problem` and ends with the command's status. */
export function run(command, args, env, problem) {
  const { status, error } = spawnSync(command, args, { cwd: root, env, stdio: "inherit" });
  if (error) fail(`${problem}: cannot start ${command}: ${error.message}`);
  if (status !== 0) fail(problem, status ?? 1);
}

export function step(text) {
  process.stderr.write(`» ${text}\n`);
}

export function fail(message, status = 1) {
  process.stderr.write(`apr-kit: ${message}\n`);
  process.exit(status);
}

function requireNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  fail(
    `expected Node 20.19 or newer, got ${process.versions.node}; install one from your system or nodejs.org`,
  );
}

/** The environment in which `pnpm` is a pnpm 10: the one on PATH, else installed for all, else kept in the cache. */
function pnpmEnvironment() {
  const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const version = packageManager.slice("pnpm@".length).split("+")[0];
  const env = {
    ...process.env,
    TURBO_TELEMETRY_DISABLED: "1",
    npm_config_update_notifier: "false",
  };
  if (hasPnpm(env)) return env;

  step(`Getting pnpm ${version} (npm install --global)`);
  const quiet = { cwd: homedir(), env, stdio: ["ignore", "ignore", "inherit"] };
  spawnSync("npm", ["install", "--global", `pnpm@${version}`], quiet);
  if (hasPnpm(env)) return env;

  const cache =
    process.env.APR_CACHE ??
    join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "apr-kit");
  const prefix = join(cache, "pnpm", version);
  step(`pnpm is not on PATH even so; keeping one in ${prefix}`);
  spawnSync("npm", ["install", "--prefix", prefix, `pnpm@${version}`], quiet);
  const local = { ...env, PATH: join(prefix, "node_modules", ".bin") + delimiter + env.PATH };
  if (hasPnpm(local)) return local;
  return fail(
    `could not get pnpm ${version}; install it by hand: npm install --global pnpm@${version}`,
  );
}

function hasPnpm(env) {
  const { stdout } = spawnSync("pnpm", ["--version"], { cwd: root, env, encoding: "utf8" });
  return /^10\./.test(stdout ?? "");
}
