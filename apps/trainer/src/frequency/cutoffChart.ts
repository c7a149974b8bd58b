import type { TopLevelSpec } from "vega-lite";
import { chartTheme, renderChart } from "../report/charts.ts";
import type { CutoffReport, Pass } from "./cutoffRuns.ts";

const TITLES: Readonly<Record<Pass, string>> = {
  low: "low pass: below the cut-off",
  high: "high pass: the cut-off and above",
};

/** Error against the cut-off, a panel a filter and a line a run, with two standard errors; dashed: unfiltered. */
export function cutoffChart({ curves }: CutoffReport): Promise<string> {
  const passes = [...new Set(curves.map(({ pass }) => pass))];
  const color = {
    field: "run",
    type: "nominal",
    title: null,
    sort: null,
    scale: { scheme: "tableau10" },
  };
  const y = {
    field: "error",
    type: "quantitative",
    title: "error",
    scale: { domain: [0, 1] },
    axis: { format: ".0%" },
  };
  return renderChart({
    ...chartTheme,
    background: "white",
    spacing: 32,
    hconcat: passes.map((pass) => {
      const own = curves.filter((curve) => curve.pass === pass);
      const values = own.flatMap(({ run, errors }) =>
        errors.map(({ cutoff, errorRate, standardError }) => ({
          run,
          cutoff,
          error: errorRate,
          lowest: Math.max(0, errorRate - 2 * standardError),
          highest: Math.min(1, errorRate + 2 * standardError),
        })),
      );
      const x = { field: "cutoff", type: "quantitative", title: "cut-off, cycles per image" };
      return {
        title: { text: TITLES[pass], anchor: "start", fontSize: 12 },
        width: 300,
        height: 240,
        layer: [
          {
            data: { values: own.map(({ run, clean }) => ({ run, clean })) },
            mark: { type: "rule", strokeDash: [5, 4] },
            encoding: { y: { ...y, field: "clean" }, color },
          },
          {
            data: { values },
            mark: { type: "rule", opacity: 0.6 },
            encoding: { x, y: { ...y, field: "lowest" }, y2: { field: "highest" }, color },
          },
          {
            data: { values },
            mark: { type: "line", point: true },
            encoding: { x, y, color },
          },
        ],
      };
    }),
  } as TopLevelSpec);
}
