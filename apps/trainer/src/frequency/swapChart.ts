import type { TopLevelSpec } from "vega-lite";
import { chartTheme, renderChart } from "../report/charts.ts";
import type { SwapReport } from "./swapRuns.ts";

const FOLLOWED = ["phase", "amplitude", "neither"] as const;

/** What each run follows, as parts of one bar a run. */
export function swapChart({ runs }: SwapReport): Promise<string> {
  const values = runs.flatMap((one) =>
    FOLLOWED.map((follows, order) => ({ run: one.run, follows, order, share: one[follows] })),
  );
  return renderChart({
    ...chartTheme,
    background: "white",
    title: { text: "prediction of an image of one phase and another amplitude", anchor: "start" },
    width: 420,
    height: { step: 34 },
    data: { values },
    encoding: {
      y: { field: "run", type: "nominal", title: null, sort: null },
      x: { field: "share", type: "quantitative", title: "share of pairs", axis: { format: ".0%" } },
      order: { field: "order" },
    },
    layer: [
      {
        mark: { type: "bar", height: 22 },
        encoding: {
          color: {
            field: "follows",
            type: "nominal",
            title: "follows",
            scale: { domain: FOLLOWED, range: ["#2a6fdb", "#d9822b", "#b8b8c4"] },
          },
        },
      },
      {
        transform: [{ filter: "datum.share > 0.06" }], // no room for it in a narrower part
        mark: { type: "text", color: "white", fontWeight: "bold" },
        encoding: {
          x: { field: "share", type: "quantitative", stack: "zero", bandPosition: 0.5 },
          detail: { field: "follows" },
          text: { field: "share", type: "quantitative", format: ".1%" },
        },
      },
    ],
  } as unknown as TopLevelSpec);
}
