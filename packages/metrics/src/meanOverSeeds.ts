import { show, ValueError } from "@apr-kit/contracts";
import { mean } from "./meanCorruptionError.ts";
import type { Measurement } from "./streamingMetric.ts";

export interface SeedStatistics extends Measurement {
  /** Sample standard deviation (divisor count - 1); absent for a single seed. */
  readonly std?: number;
  readonly count: number;
}

/**
 * Returns mean and spread of one number over training runs that differ by seed only.
 *
 *     value = mean(x),   std = √(Σ (x - mean)² / (count - 1))
 *
 * @param values one finite number per seed
 * @returns std is absent for one seed: a single run says nothing about spread
 *
 * @throws {ValueError} if there is no value, or one is not finite
 * @example
 * meanOverSeeds([0.9, 0.92, 0.94]); // value 0.92, std 0.02
 */
export function meanOverSeeds(values: readonly number[]): SeedStatistics {
  const count = values.length;
  if (count === 0) {
    throw new ValueError("meanOverSeeds", { expected: "at least one value", actual: "none" });
  }
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) {
    throw new ValueError("meanOverSeeds", {
      expected: `values[${wrong}] to be finite`,
      actual: show(values[wrong]),
    });
  }
  const value = mean(values);
  if (count === 1) return { value, count, convention: "one seed; spread unknown" };
  const squares = values.reduce((sum, x) => sum + (x - value) ** 2, 0);
  const convention = `mean over ${count} seeds; std with divisor ${count - 1}`;
  return { value, std: Math.sqrt(squares / (count - 1)), count, convention };
}
