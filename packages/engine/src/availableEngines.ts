import { SetupError } from "@apr-kit/contracts";
import { ENGINES, type EngineName } from "./engineInfo.ts";
import { findAddon } from "./provision/findAddon.ts";

/**
 * Returns the engines that can be started now without installing anything, best first.
 *
 * Convention: "wasm" and "cpu" come with the package; "tensorflow" is in the list when an intact
 * TensorFlow and an addon built for it are in the cache. Nothing is loaded.
 */
export async function availableEngines(): Promise<EngineName[]> {
  const hasTensorFlow = await findAddon().then(
    () => true,
    (error: unknown) => {
      if (error instanceof SetupError) return false;
      throw error;
    },
  );
  return ENGINES.filter((engine) => engine !== "tensorflow" || hasTensorFlow);
}
