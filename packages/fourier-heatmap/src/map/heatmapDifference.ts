import { ValueError } from "@apr-kit/contracts";
import type { MapGrid } from "../grid/coarseToFine.ts";
import type { FourierHeatmap } from "./assembleHeatmap.ts";
import type { HeatmapSettings } from "./heatmapState.ts";

/** How much more often one classifier errs than another, at each frequency. */
export interface HeatmapDifference extends MapGrid {
  /** errorRate of the first less errorRate of the second, row-major, in [-1, 1]. */
  readonly difference: readonly number[];
  /** √(a² + b²) of both: an upper bound, since both saw the same images. */
  readonly standardError: readonly number[];
  readonly mean: number;
}

/**
 * Subtracts the map of one classifier from that of another, made of the same images in the same way.
 *
 * @throws {ValueError} naming the first setting in which they differ
 * @example
 * heatmapDifference(standard, robust).mean; // > 0: the robust one errs less often
 */
export function heatmapDifference(
  first: FourierHeatmap,
  second: FourierHeatmap,
): HeatmapDifference {
  for (const name of Object.keys(first.settings) as (keyof HeatmapSettings)[]) {
    if (name === "preset") continue;
    const [a, b] = [first, second].map(({ settings }) => JSON.stringify(settings[name]));
    if (a === b) continue;
    throw new ValueError("heatmapDifference", {
      expected: `second to be made with ${name} ${a}, as first`,
      actual: String(b),
    });
  }
  const difference = first.errorRate.map((rate, index) => rate - second.errorRate[index]!);
  return {
    rows: first.rows,
    columns: first.columns,
    difference,
    standardError: first.standardError.map((error, index) =>
      Math.hypot(error, second.standardError[index]!),
    ),
    mean: difference.reduce((sum, value) => sum + value, 0) / difference.length,
  };
}
