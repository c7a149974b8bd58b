import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { engineDirectory, MANIFEST, sizeDefect, type TensorFlowBuild } from "./tensorFlowBuild.ts";

/** An addon that was built and published; all that a start needs. */
export interface Addon {
  /** Absolute path of tensorflow.node. */
  readonly file: string;
  readonly tensorFlow: TensorFlowBuild;
  readonly sourceHash: string;
  readonly size: number;
  readonly sha256: string;
  /** Versions of Node and node-gyp, and the compiler. */
  readonly builtWith: string;
  /** ISO 8601. */
  readonly builtAt: string;
}

export const ADDON = "tensorflow.node";

/** Beside {@link ADDON}, and loaded before it; the engine starts without it too, with more lines on stderr. */
export const PRELOAD = "preload.node";

/** The addon's C++ sources as this package ships them. */
export function packageNative(): string {
  return fileURLToPath(new URL("../../native", import.meta.url));
}

const SOURCE = /\.(gypi?|c|cc|h)$/;

/** Hash of all sources, by name and content: a changed source asks for a new addon. */
export async function hashSources(native: string): Promise<string> {
  const entries = await readdir(native, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  const hash = createHash("sha256");
  for (const file of files.sort()) {
    const path = relative(native, file);
    if (path.startsWith("build") || !SOURCE.test(path)) continue;
    hash
      .update(`${path}\0`)
      .update(await readFile(file))
      .update("\0");
  }
  return hash.digest("hex");
}

/** Where the addon for one TensorFlow and one state of the sources lies. */
export function addonDirectory(build: TensorFlowBuild, sourceHash: string): string {
  const identity = JSON.stringify([build.directory, build.version, build.files]);
  const key = createHash("sha256").update(identity).digest("hex");
  return join(engineDirectory(), `addon-${sourceHash.slice(0, 12)}-${key.slice(0, 12)}`);
}

/** Reads the addon published at `directory`; throws a plain sentence when it, or its TensorFlow, is not intact. */
export async function readAddon(directory: string): Promise<Addon> {
  const text = await readFile(join(directory, MANIFEST), "utf8");
  const addon = { ...(JSON.parse(text) as Addon), file: join(directory, ADDON) };
  const own = await sizeDefect(directory, [{ path: ADDON, size: addon.size }]);
  const { tensorFlow } = addon;
  const defect = own ?? (await sizeDefect(tensorFlow.directory, tensorFlow.files));
  if (defect !== undefined) throw new Error(`${defect} (${tensorFlow.directory})`);
  return addon;
}
