import type { TopLevelSpec } from "vega-lite";
import { chartTheme, renderChart } from "../report/charts.ts";
import type { ScoredSet } from "./detectOod.ts";

const BINS = 60;
const KNOWN = "test set";
const FOREIGN = "foreign";

/** How the scores of the test set and of every foreign set are spread: a row per set where there are several scores. */
export function scoreChart(scored: readonly ScoredSet[]): Promise<string> {
  const scores = new Set(scored.map(({ score }) => score)).size;
  return renderChart({
    ...chartTheme,
    background: "white",
    columns: scores === 1 ? 2 : scores,
    spacing: 28,
    concat: scored.map((one) => ({
      title: { text: `${one.set}, ${one.score}`, anchor: "start", fontSize: 12 },
      width: 300,
      height: 120,
      data: { values: histogram(one) },
      mark: { type: "area", interpolate: "step-after", opacity: 0.55, line: { strokeWidth: 1.5 } },
      encoding: {
        x: {
          field: "score",
          type: "quantitative",
          title: one.score,
          scale: { zero: false, nice: false },
        },
        y: {
          field: "share",
          type: "quantitative",
          stack: null,
          title: "share of images",
          axis: { format: ".0%", tickCount: 4 },
        },
        color: {
          field: "images",
          type: "nominal",
          title: null,
          scale: { domain: [KNOWN, FOREIGN], range: ["#2a6fdb", "#d9822b"] },
        },
      },
    })),
  } as TopLevelSpec);
}

/** Shares per bin over the common range; a closing row of zero ends the last step. */
function histogram({ inDistribution, outOfDistribution }: ScoredSet) {
  const [lowest, highest] = commonRange([inDistribution, outOfDistribution]);
  const width = (highest - lowest) / BINS || 1; // all scores equal
  const rows = (images: string, scores: Float64Array) => {
    const counts = new Float64Array(BINS + 1);
    for (const score of scores) counts[Math.min(BINS - 1, Math.floor((score - lowest) / width))]!++;
    return Array.from(counts, (count, bin) => ({
      images,
      score: lowest + bin * width,
      share: count / scores.length,
    }));
  };
  return [...rows(KNOWN, inDistribution), ...rows(FOREIGN, outOfDistribution)];
}

function commonRange(lists: readonly Float64Array[]): [lowest: number, highest: number] {
  let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const list of lists) {
    for (const score of list) {
      lowest = Math.min(lowest, score);
      highest = Math.max(highest, score);
    }
  }
  return [lowest, highest];
}
