import { readFileSync } from "node:fs";
import type { CorruptionName, Severity } from "../src/index.ts";

/** How a cell changes images: figures of output - input in bytes, one for each image. */
export interface Change {
  readonly means: readonly number[];
  /** Standard deviations of the change within each image. */
  readonly spreads: readonly number[];
}

export interface CellStatistics extends Change {
  readonly name: CorruptionName;
  readonly severity: Severity;
}

type Row = readonly [CorruptionName, Severity, readonly number[], readonly number[]];

/** Reads what reference/makeStatistics.py wrote. */
export function readStatistics(file: string | URL): readonly CellStatistics[] {
  const { cells } = JSON.parse(readFileSync(file, "utf8")) as { readonly cells: readonly Row[] };
  return cells.map(([name, severity, means, spreads]) => ({ name, severity, means, spreads }));
}

export function changeOf(before: Uint8Array, after: Uint8Array, images: number): Change {
  const size = before.length / images;
  const means: number[] = [];
  const spreads: number[] = [];
  for (let start = 0; start < before.length; start += size) {
    let sum = 0;
    let squares = 0;
    for (let i = start; i < start + size; i++) {
      const difference = after[i]! - before[i]!;
      sum += difference;
      squares += difference * difference;
    }
    means.push(sum / size);
    spreads.push(Math.sqrt(Math.max(squares / size - (sum / size) ** 2, 0)));
  }
  return { means, spreads };
}

/**
 * How far figures of the same images lie apart, in standard errors of the mean difference. Figures are stored with
 * three digits, which is the least error that is assumed.
 */
export function distance(a: readonly number[], b: readonly number[]): number {
  const differences = a.map((value, i) => value - b[i]!);
  const centre = average(differences);
  const variance = average(differences.map((value) => (value - centre) ** 2));
  return Math.abs(centre) / Math.sqrt(Math.max(variance, 1e-6) / a.length);
}

export function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
