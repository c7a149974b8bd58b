/** The engines, best first: the order of "auto". */
export const ENGINES = ["tensorflow", "wasm", "cpu"] as const;

export type EngineName = (typeof ENGINES)[number];

/** The engine that runs now. */
export interface EngineInfo {
  readonly engine: EngineName;
  /** Version of TensorFlow, or of tfjs for the other engines. */
  readonly version: string;
  /** Threads that share the work of one operation. */
  readonly threads: number;
  /** For example ["CPU"] or ["CPU", "GPU:0"]. */
  readonly devices: readonly string[];
  /** Where it was loaded from. */
  readonly source: string;
  /** Better engines that were tried before, with the reason why they did not start; and other cautions. */
  readonly tried: readonly { readonly engine: EngineName; readonly reason: string }[];
}

let running: EngineInfo | undefined;

/** Returns the engine that `startEngine` started last, undefined before the first start. */
export function engineInfo(): EngineInfo | undefined {
  return running;
}

/** Remembers what runs; for startEngine. */
export function setEngineInfo(info: EngineInfo): EngineInfo {
  running = info;
  return info;
}
