import { cp, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { publishDirectory, sha256File } from "@apr-kit/cache";
import { type OnProgress, SetupError } from "@apr-kit/contracts";
import { ADDON, type Addon, addonDirectory, hashSources, readAddon } from "./addon.ts";
import { findProgram, runProgram } from "./runProgram.ts";
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
    await compile(sources, build);
    await rename(await builtFile(sources), join(temporary, ADDON));
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

async function compile(sources: string, build: TensorFlowBuild): Promise<void> {
  const nodeGyp = createRequire(import.meta.url).resolve("node-gyp/bin/node-gyp.js");
  const [library, framework] = build.libraries;
  const args = [
    "rebuild",
    `--directory=${sources}`,
    `--jobs=${availableParallelism()}`,
    `--tensorflow_dir=${build.directory}`,
    `--tensorflow_lib_dir=${join(build.directory, build.libraryDirectory)}`,
    `--tensorflow_include_dir=${join(build.directory, build.includeDirectory)}`,
    `--tensorflow_library=${library}`,
    `--tensorflow_framework_library=${framework}`,
    ...(await headerFlags()),
  ];
  const { code, output } = await runProgram(process.execPath, [nodeGyp, ...args]);
  if (code !== 0) throw compileTrouble(output);
}

/** Node's own headers when they lie beside it; otherwise node-gyp finds or fetches them. */
async function headerFlags(): Promise<string[]> {
  if (process.env.npm_config_nodedir) return [];
  const prefix = dirname(dirname(process.execPath));
  const header = await stat(join(prefix, "include", "node", "node_api.h")).catch(() => undefined);
  return header === undefined ? [] : [`--nodedir=${prefix}`];
}

function compileTrouble(output: string): SetupError {
  const lines = output.split("\n");
  const fault =
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ECONNRESET|getaddrinfo|bad status|response \d+ downloading/i;
  if (/gyp http|FetchError|headers\.tar\.gz|nodejs\.org/.test(output) && fault.test(output)) {
    return new SetupError(
      "buildAddon",
      `Node's headers for ${process.version} could not be fetched (${lines.find((line) => fault.test(line))?.trim()})`,
      "install them and set npm_config_nodedir to the folder above include/node",
    );
  }
  const error = lines.find((line) => /\berror\b[: ]/.test(line) && !/gyp ERR/.test(line));
  const last = lines.findLast((line) => /gyp ERR! stack/.test(line));
  const reason = (error ?? last ?? lines.at(-1) ?? "").replace("gyp ERR! stack", "").trim();
  return new SetupError(
    "buildAddon",
    `compiling the addon failed (${reason})`,
    "a C++17 compiler and Python 3.8 or newer are needed; report it with this line if you have them",
  );
}

async function builtFile(sources: string): Promise<string> {
  const folder = join(sources, "build", "Release");
  const name = (await readdir(folder)).find((file) => file.endsWith(".node"));
  if (name === undefined) throw new Error("internal: node-gyp succeeded but built no .node file");
  return join(folder, name);
}

async function compilerName(): Promise<string> {
  const compiler = process.env.CXX ?? (await findProgram(COMPILERS)) ?? "unknown compiler";
  const { output } = await runProgram(compiler, ["--version"]);
  return output.split("\n")[0]?.trim() || compiler;
}
