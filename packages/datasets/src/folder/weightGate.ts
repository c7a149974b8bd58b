/** Lets tasks run while their weights together keep within a limit, in the order in which they came. */
export interface WeightGate {
  readonly run: <TResult>(weight: number, task: () => Promise<TResult>) => Promise<TResult>;
}

/** @param limit of the sum of weights; a task that is heavier runs alone */
export function createWeightGate(limit: number): WeightGate {
  const waiting: { readonly weight: number; readonly start: () => void }[] = [];
  let running = 0;
  let load = 0;

  function admit(): void {
    for (;;) {
      const next = waiting[0];
      if (next === undefined || (running > 0 && load + next.weight > limit)) return;
      waiting.shift();
      running += 1;
      load += next.weight;
      next.start();
    }
  }

  async function run<TResult>(weight: number, task: () => Promise<TResult>): Promise<TResult> {
    await new Promise<void>((start) => {
      waiting.push({ weight, start });
      admit();
    });
    try {
      return await task();
    } finally {
      running -= 1;
      load -= weight;
      admit();
    }
  }
  return { run };
}
