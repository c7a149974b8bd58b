import { type Precision, preferredPrecision } from "@apr-kit/engine";
import type { RunConfig, TrainingConfig } from "../config/schema.ts";

/** The configuration with "auto" replaced by what this machine prefers, so that a run stores what it used. */
export function fixPrecision(config: RunConfig): RunConfig {
  if (config.training.precision !== "auto") return config;
  const { precision } = preferredPrecision();
  return { ...config, training: { ...config.training, precision } };
}

/** The precision of a run's configuration; "auto" has been replaced when the run was opened. */
export function fixedPrecision({ precision }: TrainingConfig): Precision {
  if (precision === "auto") throw new Error("internal: precision was not fixed before the run");
  return precision;
}
