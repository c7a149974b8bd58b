import * as tf from "@tensorflow/tfjs-core";
import { tensorFlowKernels } from "../tensorflow/kernels/tensorFlowKernels.ts";
import { wasmKernels } from "../wasm/wasmKernels.ts";
import { gradients } from "./gradients.ts";
import { hostKernels } from "./host/hostKernels.ts";
import { Kernel } from "./kernels.ts";
import { replaceEngineGradients } from "./leanGradients.ts";
import { loadStockGradients } from "./loadStockGradients.ts";
import { replaceStockGradients } from "./stockGradients.ts";

type KernelEntry = Omit<tf.KernelConfig, "backendName">;

/**
 * Puts our kernels for the backends "tensorflow", "wasm" and "cpu", and their gradients, into the tfjs registry,
 * adds or replaces stock kernels that wasm lacks or does slowly, and replaces stock gradients that upload constants, and
 * tfjs's way through them, which frees nothing before the end.
 *
 * Needs no backend to exist yet. A backend that is imported later puts its own kernels back, so `startEngine` calls
 * this after it has loaded one; what is in place already stays.
 */
export function registerOpKernels(): void {
  loadStockGradients();
  if (tf.getGradient(Kernel.conv2d) === undefined) {
    for (const gradient of gradients) tf.registerGradient(gradient);
  }
  replaceStockGradients();
  replaceEngineGradients();
  for (const kernel of tensorFlowKernels) place(kernel, "tensorflow");
  for (const kernel of hostKernels) {
    place(kernel, "cpu");
    place(kernel, "wasm");
  }
  for (const kernel of wasmKernels) place(kernel, "wasm");
}

function place(kernel: KernelEntry, backendName: string): void {
  const present = tf.getKernel(kernel.kernelName, backendName);
  if (present?.kernelFunc === kernel.kernelFunc) return;
  const isOurs = OUR_NAMES.has(kernel.kernelName);
  const hasStockKernels = tf.getKernel(tf.Identity, backendName) !== undefined;
  if (!isOurs && !hasStockKernels) return; // the backend is not loaded yet and would only put its own back
  if (present !== undefined) tf.unregisterKernel(kernel.kernelName, backendName);
  tf.registerKernel({ ...kernel, backendName });
}

const OUR_NAMES: ReadonlySet<string> = new Set(Object.values(Kernel));
