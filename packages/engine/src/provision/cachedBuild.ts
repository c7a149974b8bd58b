import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { sha256File } from "@apr-kit/cache";
import { SetupError } from "@apr-kit/contracts";
import {
  engineDirectory,
  readBuild,
  sizeDefect,
  type TensorFlowBuild,
  type Variant,
} from "./tensorFlowBuild.ts";

/**
 * Returns the newest intact build of the variant in our cache.
 *
 * Cost: reads the whole build to compare its hashes, about two seconds.
 *
 * @throws {SetupError} if there is none, or none that is intact
 */
export async function cachedBuild(variant: Variant): Promise<TensorFlowBuild> {
  const folder = engineDirectory();
  const names = await readdir(folder).catch(() => []);
  const defects: string[] = [];
  const newestFirst = names.sort((a, b) => b.localeCompare(a, "en", { numeric: true }));
  for (const name of newestFirst) {
    if (!name.startsWith("tensorflow-")) continue;
    const build = await readBuild(join(folder, name));
    if (build?.variant !== variant) continue;
    const defect = await hashDefect(build);
    if (defect === undefined) return build;
    defects.push(`${name} is damaged: ${defect}`);
  }
  const problem = defects.join("; ") || `no ${variant} build in ${folder}`;
  throw new SetupError("cachedBuild", problem, "it is fetched anew");
}

/** Compares sizes and then hashes. Returns the defect, undefined when intact. */
export async function hashDefect({
  directory,
  files,
}: TensorFlowBuild): Promise<string | undefined> {
  const defect = await sizeDefect(directory, files);
  if (defect !== undefined) return defect;
  for (const { path, sha256 } of files) {
    if (sha256 !== undefined && (await sha256File(join(directory, path))) !== sha256) {
      return `${path} has changed`;
    }
  }
  return undefined;
}
