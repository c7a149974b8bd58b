import { parse, View } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";

/** Renders a Vega-Lite specification to an SVG element, as text, without a browser. */
export async function renderChart(specification: TopLevelSpec): Promise<string> {
  const { spec } = compile(specification);
  return new View(parse(spec), { renderer: "none" }).toSVG();
}

/** The look all charts of a report share. */
export const chartTheme = {
  $schema: "https://vega.github.io/schema/vega-lite/v6.json",
  background: "transparent",
  config: {
    font: "system-ui, sans-serif",
    axis: {
      gridColor: "#e4e4ea",
      domainColor: "#b8b8c4",
      tickColor: "#b8b8c4",
      labelColor: "#444",
    },
    legend: { labelColor: "#444", titleColor: "#444" },
    view: { stroke: null },
  },
} as const;

/** One colour per role, the same in every chart and table. */
export const colours = { standard: "#8a8fa3", "apr-sp": "#2a6fdb" } as const;
