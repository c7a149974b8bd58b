import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { SetupError } from "@apr-kit/contracts";
import { type Addon, hashSources, packageNative, readAddon } from "./addon.ts";
import { hasNvidiaDriver } from "./hasNvidiaDriver.ts";
import { engineDirectory } from "./tensorFlowBuild.ts";

/**
 * Returns the addon to start: of those built from the present sources whose TensorFlow is intact, the
 * one for CUDA if there is a driver, else the newest.
 *
 * Convention: fetches and builds nothing, and compares file sizes only. If APR_TENSORFLOW is set, only
 * an addon built for that folder counts.
 *
 * @throws {SetupError} if there is none, saying what was found instead
 */
export async function findAddon(): Promise<Addon> {
  const sourceHash = await hashSources(packageNative());
  const names = await readdir(engineDirectory()).catch(() => []);
  const built = names.filter((name) => name.startsWith("addon-"));
  const own = built.filter((name) => name.startsWith(`addon-${sourceHash.slice(0, 12)}-`));
  const defects: string[] = [];
  const intact: Addon[] = [];
  for (const name of own) {
    try {
      intact.push(await readAddon(join(engineDirectory(), name)));
    } catch (error) {
      defects.push(`${name} is damaged: ${error instanceof Error ? error.message : error}`);
    }
  }
  const path = process.env.APR_TENSORFLOW;
  const allowed = path
    ? intact.filter(({ tensorFlow }) => tensorFlow.directory === resolve(path))
    : intact;
  const wanted = (await hasNvidiaDriver()) ? "cuda" : "cpu";
  const preference = (addon: Addon) =>
    `${addon.tensorFlow.variant === wanted ? 1 : 0} ${addon.builtAt}`;
  const best = allowed.sort((a, b) => preference(b).localeCompare(preference(a), "en"))[0];
  if (best !== undefined) return best;
  const problem =
    defects.join("; ") ||
    (path && intact.length > 0
      ? `no addon was built for APR_TENSORFLOW=${path}`
      : built.length > 0
        ? "the addon in the cache was built from other sources"
        : `it is not installed in ${engineDirectory()}`);
  throw new SetupError("findAddon", problem, "run `apr engine install`");
}
