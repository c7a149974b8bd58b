import type { MapGrid } from "../grid/coarseToFine.ts";
import type { Sides } from "../grid/mirror.ts";

/** The frequencies of a map at about one distance from frequency 0. */
export interface Ring {
  /** Distance, in cycles per the longer image side, rounded. */
  readonly ring: number;
  /** Mean over its frequencies. */
  readonly cyclesPerPixel: number;
  /** How many frequencies of the map lie in it. */
  readonly cells: number;
  /** Mean over its frequencies. */
  readonly value: number;
}

/**
 * Averages a map over rings of equal spatial frequency, whatever the direction.
 *
 *     ring = round(√((row/height)² + (column/width)²) · max(height, width))
 *
 * @param values row-major [rows, columns], for example `map.errorRate`
 * @returns rings that have a frequency, from the middle out
 *
 * Convention: every cell of the map counts once, mirrored ones too; rings beyond the map's edge are the
 * corners only.
 */
export function radialProfile(
  { rows, columns }: MapGrid,
  values: readonly number[],
  { height, width }: Sides,
): Ring[] {
  const sums = new Map<number, { cells: number; frequency: number; value: number }>();
  for (const [i, row] of rows.entries()) {
    for (const [j, column] of columns.entries()) {
      const frequency = Math.hypot(row / height, column / width);
      const ring = Math.round(frequency * Math.max(height, width));
      const sum = sums.get(ring) ?? { cells: 0, frequency: 0, value: 0 };
      sum.cells += 1;
      sum.frequency += frequency;
      sum.value += values[i * columns.length + j]!;
      sums.set(ring, sum);
    }
  }
  return [...sums]
    .sort(([a], [b]) => a - b)
    .map(([ring, { cells, frequency, value }]) => ({
      ring,
      cyclesPerPixel: frequency / cells,
      cells,
      value: value / cells,
    }));
}
