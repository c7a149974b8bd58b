import type { Timing } from "./measure.ts";

/** What `pnpm bench` says besides the bench's name. */
export interface BenchOptions {
  /** Where the time goes, instead of how long it takes; for benches that know it. */
  readonly profile: boolean;
}

/** Figures of one bench, by candidate. Benches run on the engine that was started before. */
export type BenchResults = Readonly<Record<string, object>>;

/** A timing beside a peer's: ours to theirs. */
export type ComparedTimings = Readonly<Record<string, Timing & { readonly ratio?: number }>>;

export type Bench = (options: BenchOptions) => Promise<BenchResults>;
