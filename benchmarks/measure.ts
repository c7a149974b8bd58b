/** Times of one candidate, in milliseconds. */
export interface Timing {
  readonly medianMs: number;
  /** Distance between the quartiles. */
  readonly iqrMs: number;
  /** Median of the processor time over all threads: what is left of a timing on a busy machine. */
  readonly cpuMs?: number;
  readonly runs: number;
}

export interface MeasureOptions {
  /** Counted runs of each candidate, default 20. */
  readonly runs?: number;
  /** Uncounted runs of each candidate first, default 3. */
  readonly warmup?: number;
  /**
   * Whether each run follows another of its own that is not counted: a program that waited for its peers first pays for
   * what they left in the caches, which short work would be measured by. Default false.
   */
  readonly settle?: boolean;
}

/**
 * Times several candidates in turn (A B A B ...), so that a drifting machine is unfair to none.
 *
 * @param candidates functions that do the whole work, result read back, by name; one whose work is done by another
 *                   process returns the times taken there as { ms, cpuMs }
 */
export async function measure<TName extends string>(
  candidates: Readonly<Record<TName, () => unknown>>,
  { runs = 20, warmup = 3, settle = false }: MeasureOptions = {},
): Promise<Record<TName, Timing>> {
  const names = Object.keys(candidates) as TName[];
  const samples = new Map<TName, Sample[]>(names.map((name) => [name, []]));
  for (let round = -warmup; round < runs; round++) {
    for (const name of names) {
      if (settle) await candidates[name]();
      const startMs = performance.now();
      const startCpu = process.cpuUsage();
      const result = await candidates[name]();
      const ms = performance.now() - startMs;
      const { user, system } = process.cpuUsage(startCpu);
      const sample = hasTimes(result) ? result : { ms, cpuMs: (user + system) / 1000 };
      if (round >= 0) samples.get(name)?.push(sample);
    }
  }
  return Object.fromEntries(
    names.map((name) => [name, summariseBoth(samples.get(name) ?? [])]),
  ) as Record<TName, Timing>;
}

interface Sample {
  readonly ms: number;
  readonly cpuMs: number;
}

function hasTimes(result: unknown): result is Sample {
  return typeof result === "object" && result !== null && "ms" in result && "cpuMs" in result;
}

/** Median and spread of wall times. */
export function summarise(samplesMs: readonly number[]): Timing {
  const sorted = [...samplesMs].sort((a, b) => a - b);
  const iqrMs = quantile(sorted, 0.75) - quantile(sorted, 0.25);
  return { medianMs: quantile(sorted, 0.5), iqrMs, runs: sorted.length };
}

function summariseBoth(samples: readonly Sample[]): Timing {
  const cpu = samples.map(({ cpuMs }) => cpuMs).sort((a, b) => a - b);
  return { ...summarise(samples.map(({ ms }) => ms)), cpuMs: quantile(cpu, 0.5) };
}

/** Linear between neighbours, as numpy.quantile. */
function quantile(sorted: readonly number[], q: number): number {
  const position = q * (sorted.length - 1);
  const lower = Math.floor(position);
  const upper = Math.min(lower + 1, sorted.length - 1);
  return sorted[lower]! + (position - lower) * (sorted[upper]! - sorted[lower]!);
}
