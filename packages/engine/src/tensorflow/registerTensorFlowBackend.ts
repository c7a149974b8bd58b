import { createRequire } from "node:module";
import { findBackend, registerBackend } from "@tensorflow/tfjs-core";
import { configProto, type TensorFlowConfig } from "./configProto.ts";
import { createBinding } from "./createBinding.ts";
import { loadBinding } from "./loadBinding.ts";
import { createTensorFlowBackend, type NodeTensorFlowBackend } from "./tensorFlowBackend.ts";

/** Where the addon is and how TensorFlow is to run. */
export interface TensorFlowOptions extends TensorFlowConfig {
  readonly addonPath: string;
  /** A serialized tensorflow.ServerDef: turns on collective operations between processes. */
  readonly serverDef?: Uint8Array;
}

/**
 * Registers the tfjs backend "tensorflow" and all kernels of `@tensorflow/tfjs-node-gpu` for it.
 *
 * @param options.addonPath absolute path of `tensorflow.node`
 * @returns the backend; it is registered, not yet chosen: `tf.setBackend("tensorflow")` does that
 *
 * Convention: the first call of a process (of a jest file) decides; later calls return the same backend.
 *
 * @throws {SetupError} if the addon cannot be loaded
 * @throws {TensorFlowError} if TensorFlow refuses the configuration
 */
export function registerTensorFlowBackend(options: TensorFlowOptions): NodeTensorFlowBackend {
  const existing = findBackend("tensorflow") as NodeTensorFlowBackend | null;
  if (existing !== null) return existing;
  const { addonPath, serverDef, ...config } = options;
  const addon = loadBinding(addonPath);
  if (config.threads !== undefined) addon.setKernelThreads(config.threads);
  const context = new addon.Context({
    configProto: configProto(config),
    ...(serverDef === undefined ? {} : { serverDef }),
  });
  const backend = createTensorFlowBackend(createBinding(context, addon));
  registerBackend("tensorflow", () => backend, 3);
  createRequire(import.meta.url)("@tensorflow/tfjs-node-gpu/dist/register_all_kernels.js");
  return backend;
}
