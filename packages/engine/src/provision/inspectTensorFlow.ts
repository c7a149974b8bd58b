import { lstat, readdir, readFile, realpath, stat } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { SetupError } from "@apr-kit/contracts";
import type { KnownFile, TensorFlowBuild } from "./tensorFlowBuild.ts";

const MAIN = /^libtensorflow(_cc)?\.(so\.2|2\.dylib)$/;
const FRAMEWORK = /^libtensorflow_framework\.(so\.2|2\.dylib)$/;

/**
 * Finds libraries and headers in a folder: an unpacked wheel, site-packages/tensorflow, or the C tarball.
 *
 * @param directory the folder itself, or its parent
 * @throws {SetupError} if a library or the headers are missing
 */
export async function inspectTensorFlow(directory: string): Promise<TensorFlowBuild> {
  const given = resolve(directory);
  for (const root of [given, join(given, "tensorflow")]) {
    for (const libraryFolder of [root, join(root, "lib")]) {
      const names = await readdir(libraryFolder).catch(() => []);
      const main = names.find((name) => MAIN.test(name));
      const framework = names.find((name) => FRAMEWORK.test(name));
      if (main === undefined || framework === undefined) continue;
      const include = join(root, "include");
      if (!(await exists(join(include, "tensorflow", "c", "c_api.h")))) {
        throw new SetupError(
          "inspectTensorFlow",
          `${root} has libraries but no include/tensorflow/c/c_api.h`,
          "name a folder with headers too, such as site-packages/tensorflow or the unpacked C tarball",
        );
      }
      return describe(given, libraryFolder, include, [main, framework]);
    }
  }
  throw new SetupError(
    "inspectTensorFlow",
    `${given} holds no libtensorflow(_cc).so.2 with libtensorflow_framework.so.2`,
    "name a folder such as site-packages/tensorflow or the unpacked C tarball",
  );
}

async function describe(
  directory: string,
  libraryFolder: string,
  include: string,
  libraries: readonly string[],
): Promise<TensorFlowBuild> {
  const cudaLibraries = await cudaLibrariesBeside(directory, libraryFolder);
  const files: KnownFile[] = [];
  for (const name of libraries) {
    const path = join(libraryFolder, name);
    files.push({ path: relative(directory, path), size: (await stat(path)).size });
  }
  return {
    directory,
    version: await versionOf(include, join(libraryFolder, libraries[0] as string)),
    variant: cudaLibraries.length > 0 ? "cuda" : "cpu",
    source: directory,
    libraryDirectory: relative(directory, libraryFolder),
    includeDirectory: relative(directory, include),
    libraries,
    cudaLibraries,
    files,
  };
}

/** NVIDIA's wheels put each library family into nvidia/<family>/lib beside TensorFlow's folder. */
async function cudaLibrariesBeside(directory: string, libraryFolder: string): Promise<string[]> {
  const found: string[] = [];
  const nvidia = join(dirname(libraryFolder), "nvidia");
  for (const family of (await readdir(nvidia).catch(() => [])).sort()) {
    const folder = join(nvidia, family, "lib");
    for (const name of (await readdir(folder).catch(() => [])).sort()) {
      if (/\.so\.\d+$/.test(name)) found.push(relative(directory, join(folder, name)));
    }
  }
  return found;
}

async function versionOf(include: string, library: string): Promise<string> {
  for (const header of ["release_version.h", "version.h"]) {
    const file = join(include, "tensorflow", "core", "public", header);
    const text = await readFile(file, "utf8").catch(() => "");
    const part = (name: string) => new RegExp(`define TF_${name}_VERSION (\\d+)`).exec(text)?.[1];
    const parts = [part("MAJOR"), part("MINOR"), part("PATCH")];
    if (parts.every((number) => number !== undefined)) return parts.join(".");
  }
  const isLink = (await lstat(library)).isSymbolicLink();
  const target = isLink ? await realpath(library) : library;
  return /\d+\.\d+\.\d+/.exec(target.slice(dirname(target).length))?.[0] ?? "unknown";
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
