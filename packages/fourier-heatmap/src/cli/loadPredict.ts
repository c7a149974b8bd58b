import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { SetupError, show } from "@apr-kit/contracts";
import { ready } from "@tensorflow/tfjs-core";
import type { AsyncPredict } from "../asyncPredict.ts";

/**
 * Imports a module and takes its `predict`.
 *
 * @throws {SetupError} if it cannot be imported, has no such function, or set up no backend
 */
export async function loadPredict(path: string): Promise<AsyncPredict> {
  const found = await importModule(path);
  if (typeof found.predict !== "function") {
    throw new SetupError(
      "fourier-heatmap",
      `${path} exports ${show(Object.keys(found))}`,
      "export a function named predict",
    );
  }
  try {
    await ready();
  } catch (cause) {
    throw new SetupError(
      "fourier-heatmap",
      `${path} set up no TensorFlow.js backend`,
      'import one there, for example "@tensorflow/tfjs-backend-wasm"',
      { cause },
    );
  }
  return found.predict as AsyncPredict;
}

async function importModule(path: string): Promise<Record<string, unknown>> {
  try {
    return await import(pathToFileURL(resolve(path)).href);
  } catch (cause) {
    throw new SetupError(
      "fourier-heatmap",
      `${path} cannot be imported (${(cause as Error).message})`,
      "give a JavaScript module that exports predict",
      { cause },
    );
  }
}
