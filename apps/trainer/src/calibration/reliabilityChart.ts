import { type CalibrationResult, type ReliabilityBin, wilsonInterval } from "@apr-kit/metrics";
import type { TopLevelSpec } from "vega-lite";
import { chartTheme, renderChart } from "../report/charts.ts";
import { percent } from "../terminal/output.ts";
import type { CalibrationReport } from "./calibrate.ts";

const SIDE = 250;

/** Reliability diagrams before and after temperature scaling, with the share of images in each bin below. */
export function reliabilityChart({ before, after, temperature }: CalibrationReport) {
  return renderChart({
    ...chartTheme,
    background: "white",
    spacing: 36,
    hconcat: [
      panel("as trained", before.expected),
      panel(`at temperature ${temperature.temperature.toFixed(3)}`, after.expected),
    ],
  } as TopLevelSpec);
}

function panel(name: string, { value, bins }: CalibrationResult) {
  const total = bins.reduce((sum, { count }) => sum + count, 0);
  const values = bins.flatMap((bin) => barOf(bin, total));
  const x = {
    field: "lower",
    type: "quantitative",
    title: "confidence",
    scale: { domain: [0, 1] },
    axis: { format: ".0%", tickCount: 5 },
  };
  const x2 = { field: "upper" };
  const floor = { datum: 0 };
  const share = { type: "quantitative", scale: { domain: [0, 1] }, axis: { format: ".0%" } };
  return {
    spacing: 10,
    vconcat: [
      {
        title: { text: `${name}: ECE ${percent(value)}`, anchor: "start", fontSize: 12 },
        width: SIDE,
        height: SIDE,
        layer: [
          {
            data: { values },
            mark: { type: "bar", color: "#2a6fdb", opacity: 0.75, stroke: "white" },
            encoding: { x, x2, y: { field: "accuracy", ...share, title: "accuracy" }, y2: floor },
          },
          {
            data: { values },
            mark: { type: "rule", color: "#1c1c28" },
            encoding: {
              x: { field: "middle", type: "quantitative" },
              y: { field: "lowest", type: "quantitative" },
              y2: { field: "highest" },
            },
          },
          {
            data: {
              values: [
                { at: 0, ideal: 0 },
                { at: 1, ideal: 1 },
              ],
            },
            mark: { type: "line", color: "#d9822b", strokeDash: [5, 4] },
            encoding: {
              x: { field: "at", type: "quantitative" },
              y: { field: "ideal", type: "quantitative" },
            },
          },
        ],
      },
      {
        width: SIDE,
        height: 60,
        data: { values },
        mark: { type: "bar", color: "#8a8fa3", stroke: "white" },
        encoding: {
          x,
          x2,
          y: {
            field: "share",
            type: "quantitative",
            title: "images",
            axis: { format: ".0%", tickCount: 2 },
          },
          y2: floor,
        },
      },
    ],
  };
}

/** One bar, with Wilson's interval of its accuracy; none where the bin is empty. */
function barOf({ lower, upper, count, accuracy }: ReliabilityBin, total: number) {
  if (accuracy === undefined) return [];
  const interval = wilsonInterval(Math.round(accuracy * count), count);
  const middle = (lower + upper) / 2;
  const [lowest, highest] = [interval.lower, interval.upper];
  return [{ lower, upper, middle, accuracy, lowest, highest, share: count / total }];
}
