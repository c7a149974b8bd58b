import { spawn } from "node:child_process";
import { SetupError } from "@apr-kit/contracts";

const REMEDY = "check that npm can reach its registry";
/** What a stuck registry may cost before npm is ended. */
const TIMEOUT_MS = 15 * 60_000;

/**
 * Has npm fetch a published package as a tarball, without installing it or running its scripts.
 *
 * The user's own npm configuration (registry, proxy, login) applies.
 *
 * @param spec   "name@version"
 * @param folder where the tarball shall be; exists
 *
 * @throws {SetupError} if npm is missing or fails
 */
export async function npmPack(spec: string, folder: string): Promise<void> {
  const child = spawn("npm", ["pack", spec, "--ignore-scripts", "--loglevel=error"], {
    stdio: ["ignore", "ignore", "pipe"],
    shell: process.platform === "win32", // npm is a .cmd there
    signal: AbortSignal.timeout(TIMEOUT_MS), // unlike the option `timeout`, it keeps no process alive
    env: {
      ...process.env,
      npm_config_pack_destination: folder, // a variable, so that no shell sees the path
      npm_config_update_notifier: "false",
      npm_config_fetch_retries: "1", // npm's own default waits for more than a minute offline
      npm_config_fetch_retry_mintimeout: "1000",
    },
  });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors = (errors + text).slice(-10_000);
  });
  const outcome = await new Promise<string | undefined>((resolve) => {
    child.on("error", ({ name, message }) => {
      const isTimeout = name === "AbortError";
      resolve(isTimeout ? "npm pack took too long" : `npm could not be started (${message})`);
    });
    child.on("close", (code, signal) => {
      resolve(code === 0 ? undefined : `npm pack failed (${reasonIn(errors) || signal || code})`);
    });
  });
  if (outcome !== undefined) throw new SetupError("datasets", outcome, REMEDY);
}

/** npm's error code and its first sentence, for example "ENOTFOUND, request to ... failed". */
function reasonIn(errors: string): string {
  const lines = errors
    .split("\n")
    .map((line) => /^npm (?:error|ERR!) (.*)$/.exec(line)?.[1] ?? "")
    .filter((line) => line !== "" && !/^(errno|syscall|network$|A complete log)/.test(line));
  return lines
    .slice(0, 2)
    .map((line) => line.replace(/^(code|network) /, ""))
    .join(", ");
}
