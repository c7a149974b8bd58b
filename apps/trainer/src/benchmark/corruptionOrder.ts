import type { CorruptionCell } from "@apr-kit/datasets";
import { benchmarkCorruptions, extraCorruptions } from "@apr-kit/metrics";
import { CliError } from "../terminal/cliError.ts";
import type { BenchmarkSet } from "./benchmarkSet.ts";

/** Each name once: the benchmark's in their order, then the validation extras, then whatever else is there. */
export function corruptionOrder(names: Iterable<string>): readonly string[] {
  const present = [...new Set(names)].sort();
  const known: readonly string[] = [...benchmarkCorruptions, ...extraCorruptions];
  return [
    ...known.filter((name) => present.includes(name)),
    ...present.filter((name) => !known.includes(name)),
  ];
}

export interface CellChoice {
  readonly corruptions?: readonly string[];
  readonly severities?: readonly number[];
}

/**
 * The cells of a set that are asked for, in order.
 *
 * @throws {CliError} CORRUPTION if the set lacks one
 */
export function chosenCells(
  { cells, place }: BenchmarkSet,
  { corruptions, severities }: CellChoice,
): readonly CorruptionCell[] {
  const unknown = corruptions?.find((name) => !cells.has(name));
  if (unknown !== undefined) {
    const here = corruptionOrder(cells.keys()).join(", ");
    throw new CliError("CORRUPTION", `${place} lacks ${unknown}; it has ${here}`);
  }
  return corruptionOrder(corruptions ?? cells.keys()).flatMap((corruption) =>
    (cells.get(corruption) ?? [])
      .filter((severity) => severities?.includes(severity) ?? true)
      .map((severity) => ({ corruption, severity })),
  );
}
