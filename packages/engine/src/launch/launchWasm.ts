import { createRequire } from "node:module";
import { dirname, sep } from "node:path";
import { version_core } from "@tensorflow/tfjs-core";
import { importBackend } from "./importBackend.ts";
import type { Launched } from "./launched.ts";

let isStarted = false;

/** Registers the backend "wasm", with its binaries from the package: one thread in Node, SIMD where the CPU has it. */
export async function launchWasm(): Promise<Launched> {
  const name = "@tensorflow/tfjs-backend-wasm";
  const { setWasmPaths } = await importBackend(
    "wasm",
    () => import("@tensorflow/tfjs-backend-wasm"),
  );
  const folder = dirname(createRequire(import.meta.url).resolve(name));
  if (!isStarted) setWasmPaths(folder + sep); // refused once the backend runs
  isStarted = true;
  return { version: version_core, threads: 1, devices: ["CPU"], source: folder };
}
