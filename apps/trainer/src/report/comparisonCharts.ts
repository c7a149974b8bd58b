import type { CorruptionSummary } from "@apr-kit/metrics";
import type { TopLevelSpec } from "vega-lite";
import { chartTheme, colours, renderChart } from "./charts.ts";
import type { ComparedRun, Comparison } from "./comparison.ts";

const seriesColour = {
  field: "method",
  type: "nominal",
  scale: { domain: Object.keys(colours), range: Object.values(colours) },
  title: null,
} as const;

/** Error by corruption: one line a corruption, from the standard network's error to APR-SP's. */
export function corruptionChart({ standard, robust }: Comparison): Promise<string> {
  const values = [standard, robust].flatMap(({ method, corruption }) =>
    Object.entries(corruption.byCorruption).map(([name, error]) => ({
      method,
      corruption: name.replaceAll("_", " "),
      error,
    })),
  );
  const order = Object.keys(standard.corruption.byCorruption).map((name) =>
    name.replaceAll("_", " "),
  );
  const y = { field: "corruption", type: "nominal", sort: order, title: null } as const;
  const x = {
    field: "error",
    type: "quantitative",
    title: "error",
    axis: { format: ".0%" },
    scale: { domainMin: 0 },
  } as const;
  return renderChart({
    ...chartTheme,
    width: 560,
    height: { step: 22 },
    data: { values },
    layer: [
      {
        mark: { type: "line", stroke: "#c9ccd6", strokeWidth: 2 },
        encoding: { y, x, detail: { field: "corruption" } },
      },
      {
        mark: { type: "point", filled: true, size: 90, opacity: 1 },
        encoding: { y, x, color: seriesColour },
      },
    ],
  } as TopLevelSpec);
}

/** Error against severity, averaged over corruptions. */
export function severityChart(comparison: Comparison): Promise<string> {
  const { severities } = comparison.config.evaluation;
  const values = bothRuns(comparison).flatMap(({ method, corruption, clean }) => [
    { method, severity: 0, error: clean.value },
    ...severities.map((severity, index) => ({
      method,
      severity,
      error: (corruption as CorruptionSummary).errorBySeverity[index],
    })),
  ]);
  return renderChart({
    ...chartTheme,
    width: 260,
    height: 190,
    data: { values },
    mark: { type: "line", point: true, strokeWidth: 2 },
    encoding: {
      x: {
        field: "severity",
        type: "ordinal",
        title: "severity (0: clean)",
        axis: { labelAngle: 0 },
      },
      y: { field: "error", type: "quantitative", axis: { format: ".0%" }, scale: { domainMin: 0 } },
      color: seriesColour,
    },
  } as TopLevelSpec);
}

/** Training loss by step, averaged over windows so that the trend shows. */
export function lossChart(comparison: Comparison): Promise<string> {
  const values = bothRuns(comparison).flatMap(({ method, history }) => {
    const window = Math.max(1, Math.floor(history.length / 60));
    return Array.from({ length: Math.floor(history.length / window) }, (_, index) => {
      const records = history.slice(index * window, (index + 1) * window);
      const loss = records.reduce((sum, record) => sum + record.loss, 0) / records.length;
      return { method, step: records.at(-1)!.step, loss };
    });
  });
  return renderChart({
    ...chartTheme,
    width: 260,
    height: 190,
    data: { values },
    mark: { type: "line", strokeWidth: 2 },
    encoding: {
      x: { field: "step", type: "quantitative" },
      y: { field: "loss", type: "quantitative", title: "training loss", scale: { zero: false } },
      color: seriesColour,
    },
  } as TopLevelSpec);
}

function bothRuns({ standard, robust }: Comparison): readonly ComparedRun[] {
  return [standard, robust];
}
