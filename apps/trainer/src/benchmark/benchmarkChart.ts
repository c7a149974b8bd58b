import type { TopLevelSpec } from "vega-lite";
import { chartTheme, renderChart } from "../report/charts.ts";
import type { MeasuredCell } from "./summariseCells.ts";

/** The error of every corruption at every severity, as a coloured table. */
export function benchmarkChart(
  cells: readonly MeasuredCell[],
  { title, order }: { readonly title: string; readonly order: readonly string[] },
): Promise<string> {
  const shown = (name: string) => name.replaceAll("_", " ");
  const values = cells.map(({ corruption, severity, value }) => ({
    corruption: shown(corruption),
    severity,
    error: value,
    isDark: value > 0.55,
  }));
  const encoding = {
    y: { field: "corruption", type: "nominal", sort: order.map(shown), title: null },
    x: { field: "severity", type: "ordinal", title: "severity", axis: { labelAngle: 0 } },
  } as const;
  return renderChart({
    ...chartTheme,
    background: "white",
    title: { text: title, anchor: "start", fontSize: 13 },
    width: { step: 64 },
    height: { step: 24 },
    data: { values },
    layer: [
      {
        mark: "rect",
        encoding: {
          ...encoding,
          color: {
            field: "error",
            type: "quantitative",
            title: "top-1 error",
            scale: { domain: [0, 1], range: ["#f2f5fc", "#12315f"] },
            legend: { format: ".0%" },
          },
        },
      },
      {
        mark: { type: "text", fontSize: 11 },
        encoding: {
          ...encoding,
          text: { field: "error", type: "quantitative", format: ".1%" },
          color: { condition: { test: "datum.isDark", value: "white" }, value: "#1c1c28" },
        },
      },
    ],
  } as TopLevelSpec);
}
