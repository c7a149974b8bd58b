import { existsSync } from "node:fs";
import { cp, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { publishDirectory, sha256File } from "@apr-kit/cache";
import { type OnProgress, SetupError } from "@apr-kit/contracts";
import { ADDON, type Addon, addonDirectory, hashSources, PRELOAD, readAddon } from "./addon.ts";
import { compileAddon } from "./compileAddon.ts";
import { findProgram } from "./findProgram.ts";
import { runProgram } from "./runProgram.ts";
import { MANIFEST, type TensorFlowBuild } from "./tensorFlowBuild.ts";

export interface BuildAddonOptions {
  /** Compile even if a good addon is there. */
  readonly isForced?: boolean;
  readonly onProgress?: OnProgress | undefined;
}

/**
 * Builds the addon against one TensorFlow and publishes it in the cache; a good one that is there stays.
 *
 * Convention: the sources are copied first, so the package may lie in a read-only place.
 *
 * @param native folder with binding.gyp
 * @throws {SetupError} if a tool is missing, Node's headers cannot be had, or the compiler fails
 */
export async function buildAddon(
  build: TensorFlowBuild,
  native: string,
  { isForced = false, onProgress }: BuildAddonOptions = {},
): Promise<Addon> {
  const sourceHash = await hashSources(native);
  const target = addonDirectory(build, sourceHash);
  const ready = isForced ? undefined : await readAddon(target).catch(() => undefined);
  if (ready !== undefined && (await sha256File(ready.file)) === ready.sha256) return ready;

  await assertTools();
  onProgress?.({ task: "compiling the addon", done: 0, total: 1, unit: "steps" });
  await publishDirectory(target, async (temporary) => {
    const sources = join(temporary, "native");
    await cp(native, sources, {
      recursive: true,
      filter: (path) => !path.endsWith("/native/build"),
    });
    const compiled = await compileAddon(sources, build);
    await rename(compiled, join(temporary, ADDON));
    const preload = join(dirname(compiled), PRELOAD);
    if (existsSync(preload)) await rename(preload, join(temporary, PRELOAD));
    await rm(sources, { recursive: true });
    const file = join(temporary, ADDON);
    const addon: Omit<Addon, "file"> = {
      tensorFlow: build,
      sourceHash,
      size: (await stat(file)).size,
      sha256: await sha256File(file),
      builtWith: `Node ${process.version}, ${await compilerName()}`,
      builtAt: new Date().toISOString(),
    };
    await writeFile(join(temporary, MANIFEST), `${JSON.stringify(addon, null, 2)}\n`);
  });
  onProgress?.({ task: "compiling the addon", done: 1, total: 1, unit: "steps" });
  return readAddon(target);
}

const COMPILERS = ["g++", "c++", "clang++"];

async function assertTools(): Promise<void> {
  const missing: string[] = [];
  if (!process.env.CXX && !(await findProgram(COMPILERS))) missing.push("C++ compiler (g++)");
  if (!(await findProgram(["make", "gmake"]))) missing.push("make");
  if (!process.env.PYTHON && !(await findProgram(["python3", "python"]))) missing.push("python3");
  if (missing.length === 0) return;
  throw new SetupError(
    "buildAddon",
    `the addon cannot be compiled: no ${missing.join(", no ")} on PATH`,
    "install what is missing (Debian, Ubuntu: apt install build-essential python3; Fedora: dnf install gcc-c++ make python3; macOS: xcode-select --install) and run `apr engine install` again",
  );
}

async function compilerName(): Promise<string> {
  const compiler = process.env.CXX ?? (await findProgram(COMPILERS)) ?? "unknown compiler";
  const { output } = await runProgram(compiler, ["--version"]);
  return output.split("\n")[0]?.trim() || compiler;
}
