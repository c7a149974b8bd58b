import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { SetupError } from "@apr-kit/contracts";
import type { NativeAddon } from "./nativeAddon.ts";

const require = createRequire(import.meta.url);

/**
 * Loads the addon `tensorflow.node`, and with it TensorFlow's shared libraries.
 *
 * @param addonPath absolute path of the file that node-gyp built
 * @returns its exports; contexts made from them are independent of each other
 *
 * Convention: TensorFlow logs errors only, unless TF_CPP_MIN_LOG_LEVEL says otherwise (0: everything).
 *
 * @throws {SetupError} if the file is missing, or cannot be loaded into this process
 */
export function loadBinding(addonPath: string): NativeAddon {
  if (!existsSync(addonPath)) {
    throw new SetupError("loadBinding", `${addonPath} does not exist`, "install the engine first");
  }
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "2"; // TensorFlow reads it while it is loaded
  try {
    if (process.env.TF_CPP_MIN_LOG_LEVEL !== "0") preload(addonPath);
    return require(addonPath) as NativeAddon;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SetupError(
      "loadBinding",
      `${addonPath} cannot be loaded (${reason})`,
      "install the engine again: TensorFlow's libraries moved, or the file was built elsewhere",
      { cause },
    );
  }
}

/** Loads the libraries before `require` does, without the lines that they print meanwhile at any log level. */
function preload(addonPath: string): void {
  const path = join(dirname(addonPath), "preload.node");
  if (existsSync(path)) (require(path) as { preload(path: string): void }).preload(addonPath);
}
