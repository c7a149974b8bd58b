import type { PixelBatch } from "@apr-kit/contracts";
import { type CorruptOptions, corrupt } from "./corrupt.ts";
import { corruptions } from "./corruptions.ts";
import { resolveChoice } from "./resolveChoice.ts";
import type { CorruptionName, Severity } from "./tables/severityTable.ts";

/** One cell of a benchmark: the whole set under one corruption of one severity. */
export interface CorruptionCell {
  readonly name: CorruptionName;
  readonly severity: Severity;
  readonly pixels: PixelBatch;
}

/** As {@link CorruptOptions}, with lists in place of one name and one severity. */
export interface CorruptionCellsOptions extends Omit<CorruptOptions, "name" | "severity"> {
  /** By default the 15 of the benchmark, without the 4 extras. */
  readonly names?: readonly CorruptionName[];
  readonly severities?: readonly Severity[];
}

const ALL_SEVERITIES: readonly Severity[] = [1, 2, 3, 4, 5];

/**
 * Corrupts a set by every corruption and severity, one cell at a time.
 *
 * @param pixels bytes, [batch, side, side, 3]
 * @returns cells, by corruption in the order asked for, then by severity; only one is in memory
 *
 * Randomness: as {@link corrupt}, so a cell can be made alone, again, or elsewhere.
 *
 * @throws as {@link corrupt}, before the first cell is made
 */
export async function* corruptionCells(
  pixels: PixelBatch,
  { names = benchmarkNames(), severities = ALL_SEVERITIES, ...options }: CorruptionCellsOptions,
): AsyncGenerator<CorruptionCell, void, void> {
  const cells = names.flatMap((name) => severities.map((severity) => ({ name, severity })));
  for (const cell of cells) {
    resolveChoice("corruptionCells", pixels.shape[1], { ...options, ...cell });
  }
  for (const cell of cells)
    yield { ...cell, pixels: await corrupt(pixels, { ...options, ...cell }) };
}

function benchmarkNames(): readonly CorruptionName[] {
  return corruptions.filter(({ extra }) => !extra).map(({ name }) => name);
}
