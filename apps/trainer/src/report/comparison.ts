import type { CorruptionGroup, CorruptionSummary, Rate } from "@apr-kit/metrics";
import type { RunConfig } from "../config/schema.ts";
import type { StepRecord } from "../training/train.ts";

/** One trained and evaluated network. */
export interface ComparedRun {
  readonly method: RunConfig["augmentation"]["method"];
  readonly history: readonly StepRecord[];
  readonly trainingSeconds: number;
  readonly clean: Rate;
  readonly corruption: CorruptionSummary;
}

/** What the quick start found: everything the report and `--json` show. */
export interface Comparison {
  readonly config: RunConfig;
  readonly standard: ComparedRun;
  readonly robust: ComparedRun;
  readonly setting: Setting;
}

/** Where the figures come from, for whoever wants them again. */
export interface Setting {
  readonly date: string;
  readonly engine: string;
  readonly threads: number;
  readonly processor: string;
  readonly node: string;
  readonly parameters: number;
  readonly dataset: string;
  readonly command: string;
}

export const groupNames: readonly CorruptionGroup[] = ["noise", "blur", "weather", "digital"];
