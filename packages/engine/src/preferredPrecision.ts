import { readFileSync } from "node:fs";
import { engineInfo } from "./engineInfo.ts";
import type { Precision } from "./ops/precision.ts";

/** A precision, and why. */
export interface PrecisionChoice {
  readonly precision: Precision;
  readonly reason: string;
}

/** Instruction sets that multiply bfloat16 at twice float32's rate or more, as Linux names them. */
const BFLOAT16_UNITS = ["amx_bf16", "avx512_bf16"] as const;

/**
 * Tells which precision trains fastest on the running engine: "bfloat16" where the hardware multiplies it
 * faster than float32, else "float32".
 *
 * Convention: a GPU is taken to have such units (tensor cores from Ampere on). A CPU has them if the
 * kernel lists one of amx_bf16 and avx512_bf16; systems that do not say count as without.
 */
export function preferredPrecision(): PrecisionChoice {
  const info = engineInfo();
  if (info?.engine !== "tensorflow") {
    return {
      precision: "float32",
      reason: `engine ${info?.engine ?? "not started"} has float32 only`,
    };
  }
  if (info.devices.some((device) => device.startsWith("GPU"))) {
    return { precision: "bfloat16", reason: "a GPU" };
  }
  const unit = BFLOAT16_UNITS.find((name) => cpuFlags().has(name));
  return unit === undefined
    ? { precision: "float32", reason: "no bfloat16 unit known on this CPU" }
    : { precision: "bfloat16", reason: unit };
}

function cpuFlags(): Set<string> {
  try {
    const line = /^flags\s*:\s*(.*)$/m.exec(readFileSync("/proc/cpuinfo", "utf8"))?.[1];
    return new Set(line?.split(" "));
  } catch {
    return new Set(); // not Linux
  }
}
