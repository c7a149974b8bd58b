import { sha256File } from "@apr-kit/cache";
import { SetupError } from "@apr-kit/contracts";
import { hashDefect } from "./cachedBuild.ts";
import { findAddon } from "./findAddon.ts";

/** Compares the addon and its TensorFlow with their manifests by hash. Returns the defect, undefined when intact. */
export async function cacheDefect(): Promise<string | undefined> {
  try {
    const { file, sha256, tensorFlow } = await findAddon();
    if ((await sha256File(file)) !== sha256) return `${file} has changed`;
    return await hashDefect(tensorFlow);
  } catch (error) {
    if (error instanceof SetupError) return error.problem;
    throw error;
  }
}
