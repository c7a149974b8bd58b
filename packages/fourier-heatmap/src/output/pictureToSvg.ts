import { colorBar } from "./colorBar.ts";
import { colorsOf } from "./colors.ts";
import { assertPicture, type Picture, type PictureOptions } from "./picture.ts";
import { element, hex, text } from "./svg.ts";
import { frequencyTicks } from "./ticks.ts";

export interface SvgOptions extends PictureOptions {
  readonly title?: string;
  /** What the colours mean, beside the colour bar; default "error rate". */
  readonly label?: string;
  /** A value to mark on the colour bar, for example the clean error. */
  readonly mark?: { readonly value: number; readonly label: string };
}

const SIDE = 384; // aim for the longer side of the map, in pixels
const MARGIN = { left: 66, top: 40, right: 132, bottom: 56 };

/**
 * Draws a map as an SVG document with frequency axes and a colour bar.
 *
 * Convention: rows from the top and columns from the left in the order of the map, negative frequencies
 * first, so frequency 0 is in the middle.
 *
 * @throws {ShapeError} if values and frequencies disagree in number
 * @throws {ValueError} if a value is not finite, or an option is out of its range
 * @example
 * pictureToSvg({ ...map, values: map.errorRate }, { title: "APR-SP" });
 */
export function pictureToSvg(
  picture: Picture,
  { range = [0, 1], colors = "viridis", title = "", label = "error rate", mark }: SvgOptions = {},
): string {
  assertPicture("pictureToSvg", picture);
  const colorOf = colorsOf("pictureToSvg", colors, range);
  const { rows, columns, values } = picture;
  const cell = Math.max(2, Math.round(SIDE / Math.max(rows.length, columns.length)));
  const width = columns.length * cell;
  const height = rows.length * cell;
  const squares = values.map((value, index) =>
    element("rect", {
      x: (index % columns.length) * cell,
      y: Math.floor(index / columns.length) * cell,
      width: cell,
      height: cell,
      fill: hex(colorOf(value)),
    }),
  );
  const bar = colorBar({ range, colorOf, label, height, ...(mark === undefined ? {} : { mark }) });
  const page = {
    width: MARGIN.left + width + MARGIN.right,
    height: MARGIN.top + height + MARGIN.bottom,
  };
  return element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      ...page,
      viewBox: `0 0 ${page.width} ${page.height}`,
      "font-family": "system-ui, sans-serif",
      "font-size": 12,
      fill: "#222",
    },
    element("rect", { ...page, fill: "#fff" }),
    text(title, { x: MARGIN.left, y: 24, "font-size": 15, "font-weight": 600 }),
    element(
      "g",
      { transform: `translate(${MARGIN.left} ${MARGIN.top})` },
      element("g", { "shape-rendering": "crispEdges" }, ...squares),
      element("rect", { width, height, fill: "none", stroke: "#222" }),
      ...horizontalAxis(columns, { cell, width, height }),
      ...verticalAxis(rows, { cell, height }),
      element("g", { transform: `translate(${width + 22} 0)` }, bar),
    ),
  );
}

interface MapBox {
  readonly cell: number;
  readonly width: number;
  readonly height: number;
}

function horizontalAxis(columns: readonly number[], { cell, width, height }: MapBox): string[] {
  const ticks = frequencyTicks(columns).flatMap(({ index, frequency }) => {
    const x = (index + 0.5) * cell;
    return [
      element("line", { x1: x, x2: x, y1: height, y2: height + 5, stroke: "#222" }),
      text(`${frequency}`, { x, y: height + 19, "text-anchor": "middle" }),
    ];
  });
  const label = "horizontal frequency, cycles per image";
  return [...ticks, text(label, { x: width / 2, y: height + 42, "text-anchor": "middle" })];
}

function verticalAxis(
  rows: readonly number[],
  { cell, height }: Pick<MapBox, "cell" | "height">,
): string[] {
  const ticks = frequencyTicks(rows).flatMap(({ index, frequency }) => {
    const y = (index + 0.5) * cell;
    return [
      element("line", { x1: -5, x2: 0, y1: y, y2: y, stroke: "#222" }),
      text(`${frequency}`, { x: -9, y: y + 4, "text-anchor": "end" }),
    ];
  });
  const transform = `translate(-44 ${height / 2}) rotate(-90)`;
  const label = "vertical frequency, cycles per image";
  return [...ticks, text(label, { transform, "text-anchor": "middle" })];
}
