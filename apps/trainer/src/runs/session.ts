import { findDataset, type ImageDataset } from "@apr-kit/datasets";
import type { EngineInfo } from "@apr-kit/engine";
import { startEngine } from "@apr-kit/engine";
import type { RunConfig } from "../config/schema.ts";
import { type Bars, createBars } from "../terminal/bars.ts";

/** The options that every computing command shares. */
export interface SessionOptions {
  readonly engine: "auto" | "tensorflow" | "wasm" | "cpu";
  readonly threads?: number;
}

/** A running engine and a terminal to report on. */
export interface Session {
  readonly bars: Bars;
  readonly engine: EngineInfo;
}

/** Starts the engine and says on stderr which one it became. */
export async function startSession({ engine, threads }: SessionOptions): Promise<Session> {
  const bars = createBars();
  const info = await startEngine({ engine, ...(threads === undefined ? {} : { threads }) });
  bars.say(`engine: ${describeEngine(info)}`);
  return { bars, engine: info };
}

/** "tensorflow 2.21.0, 2 threads". */
export function describeEngine({ engine, version, threads }: EngineInfo): string {
  return `${engine} ${version}, ${threads} ${threads === 1 ? "thread" : "threads"}`;
}

/** Loads the data set of a configuration, with progress and notices. */
export async function loadDataset(
  name: RunConfig["dataset"],
  { bars }: Session,
): Promise<ImageDataset> {
  const { loadInMemory } = findDataset(name);
  if (loadInMemory === undefined) throw new Error(`internal: ${name} has no train and test splits`);
  const dataset = await loadInMemory({ onProgress: bars.onProgress, onNotice: bars.say });
  bars.stop();
  return dataset;
}
