import { readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { cacheDirectory } from "@apr-kit/cache";

/** How a TensorFlow came to us, in the order in which the ways are tried. */
export type Route = "path" | "cache" | "wheel" | "tarball";

/** "cuda" builds also run without a GPU; "cpu" builds never use one. */
export type Variant = "cpu" | "cuda";

/** One file of a build, as it was when it was known to be good. */
export interface KnownFile {
  /** Relative to the build's directory. */
  readonly path: string;
  readonly size: number;
  /** 64 hexadecimal digits; absent for files that are the user's own. */
  readonly sha256?: string;
}

/** A TensorFlow that an addon can be linked to. All paths are relative to `directory`. */
export interface TensorFlowBuild {
  readonly directory: string;
  /** "2.21.0", or "unknown" when the headers do not tell. */
  readonly version: string;
  readonly variant: Variant;
  /** Wheel, web address or folder that it was taken from. */
  readonly source: string;
  /** Folder of the shared libraries. */
  readonly libraryDirectory: string;
  /** Folder that holds tensorflow/c/c_api.h. */
  readonly includeDirectory: string;
  /** File names to link, the main library first. */
  readonly libraries: readonly string[];
  /** CUDA's own libraries, to be loaded before TensorFlow looks for them. */
  readonly cudaLibraries: readonly string[];
  readonly files: readonly KnownFile[];
}

export const MANIFEST = "manifest.json";

/** The folder of our cache in which engines, addons and unfinished downloads lie. */
export function engineDirectory(): string {
  return join(cacheDirectory(), "engine");
}

/** Reads the build that was published at `directory`; undefined when there is none or it is unreadable. */
export async function readBuild(directory: string): Promise<TensorFlowBuild | undefined> {
  try {
    const text = await readFile(join(directory, MANIFEST), "utf8");
    return { ...(JSON.parse(text) as Omit<TensorFlowBuild, "directory">), directory };
  } catch {
    return undefined;
  }
}

/** What a build's manifest holds: everything but where it lies, so that a cache can be moved. */
export function manifestOf({ directory: _, ...rest }: TensorFlowBuild): string {
  return `${JSON.stringify({ ...rest, unpackedAt: new Date().toISOString() }, null, 2)}\n`;
}

/** Compares sizes only, which is cheap enough for every start. Returns the defect, undefined when intact. */
export async function sizeDefect(
  directory: string,
  files: readonly KnownFile[],
): Promise<string | undefined> {
  for (const { path, size } of files) {
    const info = await stat(join(directory, path)).catch(() => undefined);
    if (info === undefined) return `${basename(path)} is missing`;
    if (info.size !== size) return `${basename(path)} has ${info.size} bytes for ${size}`;
  }
  return undefined;
}
