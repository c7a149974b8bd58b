import type { EngineInfo } from "../engineInfo.ts";

/** What an engine tells once it is registered. */
export type Launched = Omit<EngineInfo, "engine" | "tried"> & {
  /** Something that works less well than it should, and what to do about it. */
  readonly caution?: string;
};
