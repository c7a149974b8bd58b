import type { FourierHeatmap } from "../map/assembleHeatmap.ts";

/**
 * Writes a map as CSV, one line a frequency, with a header.
 *
 * @example
 * heatmapToCsv(map).split("\n")[0]; // "row,column,errorRate,standardError,logitChange"
 */
export function heatmapToCsv(map: FourierHeatmap): string {
  const lines = ["row,column,errorRate,standardError,logitChange"];
  for (const [i, row] of map.rows.entries()) {
    for (const [j, column] of map.columns.entries()) {
      const index = i * map.columns.length + j;
      const { errorRate, standardError, logitChange } = map;
      lines.push(
        [row, column, errorRate[index], standardError[index], logitChange[index]].join(","),
      );
    }
  }
  return `${lines.join("\n")}\n`;
}
