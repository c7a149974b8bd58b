import { extraCorruptions, wilsonInterval } from "@apr-kit/metrics";
import { percent, printLine, printTable } from "../terminal/output.ts";
import { corruptionOrder } from "./corruptionOrder.ts";
import type { StoredResults } from "./resultsFile.ts";
import type { BenchmarkSummary } from "./summariseCells.ts";

/** Results and the means of them: what `results.json` and `--json` hold. */
export interface BenchmarkReport extends StoredResults, BenchmarkSummary {
  readonly engine: string;
}

/** Prints a report for people: the table, the means, and how each figure is defined. */
export function printBenchmark(report: BenchmarkReport): void {
  const { cells, clean } = report;
  if (clean !== undefined) {
    const { lower, upper } = wilsonInterval(clean.hits, clean.count);
    const interval = `95 % interval ${percent(lower)} to ${percent(upper)}`;
    printLine(`clean error ${percent(clean.value, 2)} (${interval}, ${clean.count} images)`);
  }
  if (cells.length > 0) printCells(report);
  const figures = [
    ["mean error", report.mean],
    ["mCE", report.meanCorruptionError],
    ["relative mCE", report.relativeMeanCorruptionError],
  ] as const;
  for (const [name, figure] of figures) {
    if (figure === undefined) continue;
    printLine(`${name} ${percent(figure.value, 2)}: ${figure.convention}`);
  }
  for (const line of [...report.remarks, ...report.conventions]) printLine(line);
}

function printCells({ cells, byCorruption, meanCorruptionError: ratio }: BenchmarkReport): void {
  const severities = [...new Set(cells.map(({ severity }) => severity))].sort();
  const ratios: { readonly [name: string]: number | undefined } = ratio?.byCorruption ?? {};
  const extras: readonly string[] = extraCorruptions;
  const shown = (value: number | undefined) => (value === undefined ? "" : percent(value));
  const rows = corruptionOrder(cells.map(({ corruption }) => corruption)).map((name) => [
    extras.includes(name) ? `${name} (extra)` : name,
    ...severities.map((severity) =>
      shown(cells.find((one) => one.corruption === name && one.severity === severity)?.value),
    ),
    shown(byCorruption[name]),
    ...(ratio === undefined ? [] : [shown(ratios[name])]),
  ]);
  const head = ["corruption", ...severities.map(String), "mean", ...(ratio ? ["CE"] : [])];
  printTable(head, rows, ["left", ...head.slice(1).map(() => "right" as const)]);
}
