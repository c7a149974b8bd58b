import * as tf from "@tensorflow/tfjs-core";
import { importBackend } from "./importBackend.ts";
import type { Launched } from "./launched.ts";

/** Registers the backend "cpu": plain JavaScript, slow, with nothing that could be missing. */
export async function launchCpu(): Promise<Launched> {
  const source = "@tensorflow/tfjs-backend-cpu";
  await importBackend("cpu", () => import("@tensorflow/tfjs-backend-cpu"));
  // It would print a greeting at its first use; who chose it knows already.
  Object.assign(tf.findBackend("cpu"), { firstUse: false });
  return { version: tf.version_core, threads: 1, devices: ["CPU"], source };
}
