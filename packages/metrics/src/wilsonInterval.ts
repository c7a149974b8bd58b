import { show, ValueError } from "@apr-kit/contracts";
import { twoSidedQuantile } from "./twoSidedQuantile.ts";

export interface Interval {
  readonly lower: number;
  readonly upper: number;
  readonly convention: string;
}

export interface ConfidenceOption {
  /** Fraction in (0, 1), default 0.95. */
  readonly confidence?: number;
}

/**
 * Returns Wilson's score interval for a share of independent examples.
 *
 *     (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n),   p = hits/n
 *
 * @param hits  examples that count, integer in [0, count]
 * @param count examples in all, integer ≥ 1
 * @returns bounds in [0, 1]; covers the sampling of test images only, not the randomness of training
 *
 * Convention: no continuity correction. 9500 hits of 10000 give [0.94555, 0.95410] at 95 %.
 *
 * @throws {ValueError} if hits, count or confidence is out of range
 * @example
 * wilsonInterval(0, 10).upper; // 0.2775
 *
 * @see Wilson, JASA 1927; Brown, Cai & DasGupta, Statistical Science 2001, §3.1.
 */
export function wilsonInterval(
  hits: number,
  count: number,
  { confidence = 0.95 }: ConfidenceOption = {},
): Interval {
  if (!(Number.isInteger(count) && count >= 1)) {
    throw new ValueError("wilsonInterval", {
      expected: "count to be an integer ≥ 1",
      actual: show(count),
    });
  }
  if (!(Number.isInteger(hits) && hits >= 0 && hits <= count)) {
    throw new ValueError("wilsonInterval", {
      expected: `hits to be an integer in [0, ${count}]`,
      actual: show(hits),
    });
  }
  const z = twoSidedQuantile("wilsonInterval", confidence);
  const p = hits / count;
  const scale = 1 + (z * z) / count;
  const centre = (p + (z * z) / (2 * count)) / scale;
  const halfWidth = (z * Math.sqrt((p * (1 - p)) / count + (z / (2 * count)) ** 2)) / scale;
  return {
    lower: hits === 0 ? 0 : centre - halfWidth, // exactly 0 and 1 there, but for rounding
    upper: hits === count ? 1 : centre + halfWidth,
    convention: `Wilson score interval, ${confidence * 100} %, over independent test examples`,
  };
}
