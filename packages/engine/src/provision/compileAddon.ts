import { readdir, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { PRELOAD } from "./addon.ts";
import { compileTrouble } from "./compileTrouble.ts";
import { runProgram } from "./runProgram.ts";
import type { TensorFlowBuild } from "./tensorFlowBuild.ts";

/**
 * Runs node-gyp in a writable copy of the addon's sources.
 *
 * @returns path of the compiled .node file; preload.node lies beside it, if the sources have that target
 * @throws {SetupError} if Node's headers cannot be had or the compiler fails
 */
export async function compileAddon(sources: string, build: TensorFlowBuild): Promise<string> {
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
  return builtFile(sources);
}

/** Node's own headers when they lie beside it; otherwise node-gyp finds or fetches them. */
async function headerFlags(): Promise<string[]> {
  if (process.env.npm_config_nodedir) return [];
  const prefix = dirname(dirname(process.execPath));
  const header = await stat(join(prefix, "include", "node", "node_api.h")).catch(() => undefined);
  return header === undefined ? [] : [`--nodedir=${prefix}`];
}

async function builtFile(sources: string): Promise<string> {
  const folder = join(sources, "build", "Release");
  const name = (await readdir(folder)).find((file) => file.endsWith(".node") && file !== PRELOAD);
  if (name === undefined) throw new Error("internal: node-gyp succeeded but built no .node file");
  return join(folder, name);
}
