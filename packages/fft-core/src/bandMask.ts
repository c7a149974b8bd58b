import { show, ValueError } from "@apr-kit/contracts";
import { type RadialFrequencyOptions, radialFrequency } from "./radialFrequency.ts";

export interface Band {
  /** Lowest radial frequency of the band, in cycles per pixel; default 0, the mean. */
  readonly low?: number;
  /** First radial frequency above the band, in cycles per pixel; default none. */
  readonly high?: number;
}

/**
 * Marks one band of spatial frequencies: low pass without `low`, high pass without `high`.
 *
 *     mask[u, v] = 1 where low ≤ r < high, else 0,   r as {@link radialFrequency}
 *
 * @returns 0 and 1, row-major [height, width] or [height, ⌊width/2⌋ + 1], unshifted
 *
 * Convention: masks of bands that meet add up to the mask of both.
 *
 * @throws {ValueError} if not 0 ≤ low < high, or a side is not an integer ≥ 1
 * @example
 * bandMask({ height: 1, width: 4, spectrum: "full", high: 0.3 }); // 1, 1, 0, 1
 */
export function bandMask({
  low = 0,
  high = Number.POSITIVE_INFINITY,
  ...sides
}: RadialFrequencyOptions & Band): Float32Array {
  assertBand("bandMask", low, high);
  return Float32Array.from(radialFrequency(sides), (radius) =>
    radius >= low && radius < high ? 1 : 0,
  );
}

export function assertBand(where: string, low: number, high: number): void {
  if (low >= 0 && low < high) return;
  throw new ValueError(where, {
    expected: "0 ≤ low < high",
    actual: `low ${show(low)} and high ${show(high)}`,
  });
}
