import type { Rgb } from "./colors.ts";
import { element, hex, text } from "./svg.ts";

export interface ColorBarOptions {
  readonly range: readonly [lowest: number, highest: number];
  readonly colorOf: (value: number) => Rgb;
  readonly label: string;
  readonly height: number;
  readonly mark?: { readonly value: number; readonly label: string };
}

const WIDTH = 16;
const STEPS = 64;
const TICKS = 4;

/** Draws a vertical colour scale with its values, and a mark at one of them. */
export function colorBar({ range, colorOf, label, height, mark }: ColorBarOptions): string {
  const [lowest, highest] = range;
  const valueAt = (share: number) => lowest + share * (highest - lowest);
  const yOf = (value: number) => round(height * (1 - (value - lowest) / (highest - lowest)));
  const steps = Array.from({ length: STEPS }, (_, step) => {
    const y = round((height * (STEPS - 1 - step)) / STEPS);
    const fill = hex(colorOf(valueAt((step + 0.5) / STEPS)));
    return element("rect", { y, width: WIDTH, height: round(height / STEPS + 0.5), fill });
  });
  const ticks = Array.from({ length: TICKS + 1 }, (_, tick) => {
    const value = valueAt(tick / TICKS);
    const y = yOf(value);
    return [
      element("line", { x1: WIDTH, x2: WIDTH + 5, y1: y, y2: y, stroke: "#222" }),
      text(figure(value, highest - lowest), { x: WIDTH + 9, y: y + 4 }),
    ].join("");
  });
  const middle = { transform: `translate(${WIDTH + 52} ${height / 2}) rotate(90)` };
  const isOnScale = mark !== undefined && mark.value >= lowest && mark.value <= highest;
  return element(
    "g",
    {},
    element("g", { "shape-rendering": "crispEdges" }, ...steps),
    element("rect", { width: WIDTH, height, fill: "none", stroke: "#222" }),
    ...ticks,
    text(label, { ...middle, "text-anchor": "middle" }),
    isOnScale ? pointer(yOf(mark.value), `${mark.label} ${figure(mark.value, 0.1)}`, height) : "",
  );
}

/** A triangle at the left of the bar, and below the bar what it points out. */
function pointer(y: number, label: string, height: number): string {
  return [
    element("path", { d: `M-1 ${y} l-7 -4 v8 z`, fill: "#c00" }),
    element("path", { d: `M-1 ${height + 15} l-7 -4 v8 z`, fill: "#c00" }),
    text(label, { x: 4, y: height + 19 }),
  ].join("");
}

/** As many decimals as tell the ticks of a scale of this span apart. */
function figure(value: number, span: number): string {
  const decimals = Math.min(6, Math.max(0, 2 - Math.floor(Math.log10(span) + 1e-9)));
  return Number(value.toFixed(decimals)).toString();
}

function round(value: number): number {
  return Number(value.toFixed(2));
}
