/** Text made safe for HTML. Everything that enters a page through {@link html} passes here. */
function escapeText(text: string): string {
  const named: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replace(/[&<>"]/g, (character) => named[character]!);
}

/** A piece of finished markup. */
export interface Markup {
  readonly markup: string;
}

/** Marks text that already is markup, for example an SVG element of a chart. */
export function raw(markup: string): Markup {
  return { markup };
}

/** Tagged template for markup: strings and numbers are escaped, pieces of markup are not, arrays are joined. */
export function html(
  parts: TemplateStringsArray,
  ...values: readonly (string | number | Markup | readonly Markup[])[]
): Markup {
  const rendered = values.map((value) => {
    if (typeof value === "string" || typeof value === "number") return escapeText(`${value}`);
    return "markup" in value ? value.markup : value.map(({ markup }) => markup).join("");
  });
  return { markup: String.raw({ raw: parts }, ...rendered) };
}

const STYLE = `
:root { color-scheme: light; --ink: #1c1c28; --soft: #62626f; --line: #e4e4ea; --accent: #2a6fdb; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 3rem 1.25rem 5rem; max-width: 60rem; color: var(--ink); background: #fff;
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", sans-serif; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .5rem; text-wrap: balance; }
h2 { font-size: 1.2rem; margin: 3rem 0 .5rem; }
p, li { max-width: 46rem; }
.lead, figcaption, .note { color: var(--soft); }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); gap: 1rem; margin: 1.75rem 0; }
.card { border: 1px solid var(--line); border-radius: .6rem; padding: 1rem 1.1rem; }
.card b { display: block; font-size: 1.2rem; white-space: nowrap; font-variant-numeric: tabular-nums; }
.card span { color: var(--soft); font-size: .9rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .38rem .6rem; border-bottom: 1px solid var(--line); }
th:first-child, td:first-child { text-align: left; }
th { color: var(--soft); font-weight: 600; font-size: .85rem; }
tr.total td { font-weight: 700; border-top: 2px solid var(--ink); }
td.better { color: var(--accent); font-weight: 600; }
figure { margin: 1rem 0; } figure svg, figure img { max-width: 100%; height: auto; }
img { image-rendering: pixelated; display: block; border-radius: .25rem; }
pre { background: #f6f6f9; border-radius: .5rem; padding: .9rem 1rem; overflow-x: auto; font-size: .85rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.25rem; } dt { color: var(--soft); } dd { margin: 0; }
`;

/** A whole page in one file: no script, no address to fetch anything from. */
export function page(title: string, body: Markup): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${raw(STYLE)}</style>
</head>
<body>
${body}
</body>
</html>
`.markup;
}
