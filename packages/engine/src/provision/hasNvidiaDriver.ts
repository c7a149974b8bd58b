import { stat } from "node:fs/promises";
import { findProgram } from "./findProgram.ts";

/** Whether this machine has an NVIDIA driver and is of the kind for which there are CUDA builds. */
export async function hasNvidiaDriver(): Promise<boolean> {
  if (process.platform !== "linux" || process.arch !== "x64") return false;
  const driver = await stat("/proc/driver/nvidia/version").catch(() => undefined);
  return driver !== undefined || (await findProgram(["nvidia-smi"])) !== undefined;
}
