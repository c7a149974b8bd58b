import type { Timing } from "./measure.ts";

/** Figures of one bench, by candidate. Benches run on the engine that was started before. */
export type BenchResults = Readonly<Record<string, Timing & { readonly ratio?: number }>>;

export type Bench = () => Promise<BenchResults>;
