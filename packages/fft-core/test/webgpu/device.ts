import { createRequire } from "node:module";
import * as tf from "@tensorflow/tfjs-core";

interface Adapter {
  readonly info: { readonly description: string };
  readonly limits: { readonly maxComputeWorkgroupStorageSize: number };
  requestDevice(descriptor: object): Promise<EventTarget>;
}

interface Gpu {
  requestAdapter(): Promise<Adapter | null>;
}

// Without it SwiftShader takes seconds to compile what sets a workgroup's memory to zero; ours writes before it reads.
const FLAGS = ["enable-dawn-features=disable_workgroup_init"];

/**
 * Starts tfjs's webgpu backend in Node, on Dawn.
 *
 * @returns the adapter's description, or undefined where there is none
 */
export async function startWebGpu(): Promise<string | undefined> {
  const dawn = (await import("webgpu")) as unknown as {
    create(flags: string[]): Gpu;
    globals: object;
  };
  Object.assign(globalThis, dawn.globals);
  const gpu = dawn.create(FLAGS);
  const navigator = { gpu, userAgent: "node" };
  Object.defineProperty(globalThis, "navigator", { value: navigator, configurable: true });
  const adapter = await gpu.requestAdapter();
  if (adapter === null) return undefined;
  const { maxComputeWorkgroupStorageSize } = adapter.limits;
  const device = await adapter.requestDevice({
    requiredLimits: { maxComputeWorkgroupStorageSize },
  });
  device.addEventListener("uncapturederror", (event) => {
    const { error } = event as unknown as { error: { message: string } };
    throw new Error(error.message);
  });
  // The backend's own registration asks for a feature in a way that Dawn refuses.
  const { WebGPUBackend } = createRequire(import.meta.url)("@tensorflow/tfjs-backend-webgpu") as {
    WebGPUBackend: new (device: EventTarget, info: object) => tf.KernelBackend;
  };
  tf.removeBackend("webgpu");
  tf.registerBackend("webgpu", () => new WebGPUBackend(device, adapter.info));
  await tf.setBackend("webgpu");
  return adapter.info.description;
}
