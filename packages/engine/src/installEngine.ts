import { type OnProgress, show, ValueError } from "@apr-kit/contracts";
import { packageNative } from "./provision/addon.ts";
import { tarballUrl } from "./provision/fetchTarball.ts";
import { hasNvidiaDriver } from "./provision/hasNvidiaDriver.ts";
import { provisionEngine, type RouteReport } from "./provision/provisionEngine.ts";

export interface InstallOptions {
  /** The only engine that has anything to install. */
  readonly engine?: "tensorflow";
  /** Fetch TensorFlow and compile again even if the cache has both; default false. */
  readonly force?: boolean;
  /** Folder with TensorFlow's shared libraries and C headers; default $APR_TENSORFLOW. */
  readonly path?: string;
  readonly onProgress?: OnProgress;
}

export interface InstallReport {
  /** Every way that was tried, in order; the last one was picked. */
  readonly tried: readonly RouteReport[];
  readonly picked: {
    readonly version: string;
    readonly variant: "cpu" | "cuda";
    /** Folder of TensorFlow. */
    readonly directory: string;
    /** The compiled addon. */
    readonly addon: string;
  };
}

/**
 * Makes TensorFlow ready for `startEngine`: finds or fetches its libraries, and builds the addon.
 *
 * Convention: ways in order are a folder that the user names, our cache, the wheel through pip, the
 * C tarball. With an NVIDIA driver the CUDA build is tried before the CPU one. Safe to interrupt and
 * to run in several processes at once: they wait for each other, and nothing half-written stays.
 *
 * @throws {SetupError} if no way works (each reason is told) or the addon cannot be built
 * @throws {ValueError} if `engine` is not "tensorflow"
 */
export async function installEngine(options: InstallOptions = {}): Promise<InstallReport> {
  const { engine = "tensorflow", force = false, onProgress } = options;
  if (engine !== "tensorflow") {
    throw new ValueError("installEngine", {
      expected: 'engine to be "tensorflow" (wasm and cpu need no installation)',
      actual: show(engine),
    });
  }
  const { tried, addon } = await provisionEngine({
    path: options.path ?? (process.env.APR_TENSORFLOW || undefined),
    isForced: force,
    native: packageNative(),
    tarballUrl: tarballUrl(),
    hasNvidiaDriver: await hasNvidiaDriver(),
    onProgress,
  });
  const { version, variant, directory } = addon.tensorFlow;
  return { tried, picked: { version, variant, directory, addon: addon.file } };
}
