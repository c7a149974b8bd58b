import { type Frequency, firstOfPair, type Sides } from "./mirror.ts";

/** Where a map is looked at: its frequencies along each axis, and the images they belong to. */
export interface MapGrid {
  readonly rows: readonly number[];
  readonly columns: readonly number[];
}

const COARSEST = 8;

/**
 * Orders the distinct frequencies of a map so that a coarse picture of all of it comes first.
 *
 * Of each mirrored pair only one is listed: 481 of the 961 of a 31 × 31 map. First come the frequencies
 * that are multiples of 8 along both axes, then of 4, of 2, and the rest; each group from the middle out.
 */
export function coarseToFine({ rows, columns }: MapGrid, sides: Sides): Frequency[] {
  const distinct = new Map<string, Frequency>();
  for (const row of rows) {
    for (const column of columns) {
      const frequency = firstOfPair({ row, column }, sides);
      distinct.set(`${frequency.row} ${frequency.column}`, frequency);
    }
  }
  const distance = ({ row, column }: Frequency) => row * row + column * column;
  return [...distinct.values()].sort(
    (a, b) =>
      strideOf(b) - strideOf(a) ||
      distance(a) - distance(b) ||
      a.row - b.row ||
      a.column - b.column,
  );
}

/** The largest of 8, 4, 2, 1 that divides both frequencies. */
export function strideOf({ row, column }: Frequency): number {
  let stride = COARSEST;
  while (row % stride !== 0 || column % stride !== 0) stride /= 2;
  return stride;
}
