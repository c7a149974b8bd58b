import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { type OnProgress, SetupError } from "@apr-kit/contracts";
import { findProgram } from "./findProgram.ts";
import { runProgram } from "./runProgram.ts";

export interface PipRequest {
  /** As pip reads them: "tensorflow-cpu==2.21.*". Exactly these are fetched, not what they depend on. */
  readonly requirements: readonly string[];
  /** Existing folder, the caller's alone, that receives the wheels, each whole or not at all. */
  readonly folder: string;
  readonly onProgress: OnProgress | undefined;
}

/** Nothing of a wheel is run, so a Python for which there is no wheel may fetch the one of another. */
const PYTHON_WITH_WHEELS = "3.11";
const POLL_MS = 500;

/**
 * Fetches wheels with the machine's own pip, which knows about indexes, mirrors and proxies.
 *
 * @returns paths of the wheels in `folder`
 * @throws {SetupError} if there is no Python, no pip, or pip fails; the problem is pip's own last error
 */
export async function pipDownload(request: PipRequest): Promise<string[]> {
  const python = await findProgram(["python3", "python"]);
  if (python === undefined) {
    throw new SetupError("pipDownload", "no python3 on PATH", "install Python 3 with pip");
  }
  if ((await runProgram(python, ["-m", "pip", "--version"])).code !== 0) {
    throw new SetupError(
      "pipDownload",
      `${python} has no pip`,
      "install it (Debian, Ubuntu: apt install python3-pip)",
    );
  }
  const work = join(request.folder, ".pip");
  try {
    await rm(work, { recursive: true, force: true }); // left by a killed run
    await mkdir(work, { recursive: true });
    await fetchInto(work, python, request);
    return await moveWheels(work, request.folder);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function fetchInto(work: string, python: string, request: PipRequest): Promise<void> {
  const { requirements, onProgress } = request;
  const task = `pip download ${requirements[0]}${requirements.length > 1 ? " and more" : ""}`;
  const timer = setInterval(() => {
    sizeOfTree(work).then(
      (done) => onProgress?.({ task, done, unit: "bytes" }),
      () => undefined, // pip moves files while we count them; the next count is right again
    );
  }, POLL_MS);
  try {
    const first = await pip(python, work, requirements, []);
    if (first === undefined) return;
    const other = ["--python-version", PYTHON_WITH_WHEELS];
    const isUnknown = first.includes("No matching distribution");
    const second = isUnknown ? await pip(python, work, requirements, other) : first;
    if (second === undefined) return;
    throw new SetupError(
      "pipDownload",
      `pip could not fetch ${requirements.join(", ")} (${second})`,
      "check the network and pip's index settings",
    );
  } finally {
    clearInterval(timer);
  }
}

/** Returns pip's last error line, undefined on success. */
async function pip(
  python: string,
  work: string,
  requirements: readonly string[],
  extra: readonly string[],
): Promise<string | undefined> {
  const fixed = ["-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--no-cache-dir"];
  const args = [...fixed, "--progress-bar=off", "--dest", work, ...extra, ...requirements];
  // TMPDIR: the bytes arrive on the cache's disk, where they can be counted and are cleaned up.
  const { code, output } = await runProgram(python, args, {
    env: { ...process.env, TMPDIR: work },
  });
  if (code === 0) return undefined;
  const lines = output.trim().split("\n");
  const error = lines.findLast((line) => line.startsWith("ERROR:")) ?? lines.at(-1) ?? "";
  return error.replace(/^ERROR:\s*/, "").trim() || `exit code ${code}`;
}

async function moveWheels(work: string, folder: string): Promise<string[]> {
  const moved: string[] = [];
  for (const name of (await readdir(work)).sort()) {
    if (!name.endsWith(".whl")) continue;
    const target = join(folder, name);
    await rename(join(work, name), target);
    moved.push(target);
  }
  return moved;
}

async function sizeOfTree(folder: string): Promise<number> {
  let total = 0;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    total += entry.isDirectory() ? await sizeOfTree(path) : (await stat(path)).size;
  }
  return total;
}
