import type { Rgb } from "./colors.ts";

/** Writes one SVG element around its children, which are markup already. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  ...children: readonly string[]
): string {
  const written = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${escapeMarkup(`${value}`)}"`)
    .join("");
  const body = children.join("");
  return body === "" ? `<${name}${written}/>` : `<${name}${written}>${body}</${name}>`;
}

/** Writes one line of text. */
export function text(
  content: string,
  attributes: Readonly<Record<string, string | number>>,
): string {
  return element("text", attributes, escapeMarkup(content));
}

/** "#rrggbb". */
export function hex(color: Rgb): string {
  return `#${color.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

function escapeMarkup(content: string): string {
  return content
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
