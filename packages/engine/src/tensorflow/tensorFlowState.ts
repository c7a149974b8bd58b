import { findBackend } from "@tensorflow/tfjs-core";
import type { Device } from "./nativeAddon.ts";
import type { NodeTensorFlowBackend } from "./tensorFlowBackend.ts";

/** The registered backend "tensorflow", or null before `registerTensorFlowBackend`. */
export function findTensorFlowBackend(): NodeTensorFlowBackend | null {
  return findBackend("tensorflow") as NodeTensorFlowBackend | null;
}

/** How many tensors TensorFlow holds for us now; 0 if it was not started. For leak tests. */
export function tensorFlowMemory(): { readonly nativeTensors: number } {
  return { nativeTensors: findTensorFlowBackend()?.binding.countTensors() ?? 0 };
}

/** The devices TensorFlow sees; empty if it was not started. */
export function devices(): Device[] {
  return findTensorFlowBackend()?.binding.listDevices() ?? [];
}
