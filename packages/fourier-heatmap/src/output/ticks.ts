/** A labelled place on a frequency axis. */
export interface FrequencyTick {
  readonly index: number;
  readonly frequency: number;
}

const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500];
const MOST = 8;

/** Chooses at most 8 round frequencies, multiples of one step, so that 0 is among them where it is shown. */
export function frequencyTicks(frequencies: readonly number[]): FrequencyTick[] {
  for (const step of STEPS) {
    const ticks = frequencies
      .map((frequency, index) => ({ index, frequency }))
      .filter(({ frequency }) => frequency % step === 0);
    if (ticks.length <= MOST) return ticks;
  }
  return [];
}
