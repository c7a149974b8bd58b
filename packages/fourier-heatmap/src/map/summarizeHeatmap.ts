import type { FourierHeatmap } from "./assembleHeatmap.ts";

/** A map in three numbers; fractions in [0, 1]. */
export interface HeatmapSummary {
  /** Over all cells of the map. */
  readonly mean: number;
  /** At frequency 0, a shift of brightness; absent where the map does not show it. */
  readonly center?: number;
  /** Over the cells with max(|row|, |column|) ≥ `outerFrom`; absent where there are none. */
  readonly outer?: number;
}

/**
 * Averages the error rates of a map: everywhere, in the middle, at its high frequencies.
 *
 * @param options.outerFrom in cycles per image side, default 9, the outer rings of 31 × 31 maps
 */
export function summarizeHeatmap(
  { rows, columns, errorRate }: FourierHeatmap,
  { outerFrom = 9 }: { readonly outerFrom?: number } = {},
): HeatmapSummary {
  const outer: number[] = [];
  let center: number | undefined;
  for (const [index, rate] of errorRate.entries()) {
    const row = rows[Math.floor(index / columns.length)]!;
    const column = columns[index % columns.length]!;
    if (row === 0 && column === 0) center = rate;
    if (Math.max(Math.abs(row), Math.abs(column)) >= outerFrom) outer.push(rate);
  }
  return {
    mean: mean(errorRate),
    ...(center === undefined ? {} : { center }),
    ...(outer.length === 0 ? {} : { outer: mean(outer) }),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
