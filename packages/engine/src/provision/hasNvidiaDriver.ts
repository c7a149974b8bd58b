import { stat } from "node:fs/promises";
import { findProgram } from "./runProgram.ts";

/** Whether this machine has an NVIDIA driver, so that a CUDA build of TensorFlow makes sense. */
export async function hasNvidiaDriver(): Promise<boolean> {
  const driver = await stat("/proc/driver/nvidia/version").catch(() => undefined);
  return driver !== undefined || (await findProgram(["nvidia-smi"])) !== undefined;
}
