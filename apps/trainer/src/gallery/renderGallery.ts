import type { PixelBatch } from "@apr-kit/contracts";
import sharp from "sharp";
import type { GalleryPart } from "./galleryRows.ts";

const TILE = 128; // pixels, at least
const GAP = 8;
const TITLE = 40;
const CAPTION = 24;
const ROW_NOTE = 20;

/** One picture of all parts, as SVG with the images in it; small images are enlarged without smoothing. */
export async function renderGallery(parts: readonly GalleryPart[]): Promise<string> {
  const pieces: string[] = [];
  let top = 0;
  let right = 0;
  for (const { title, columns, rows } of parts) {
    const [, height = 1, width = 1] = columns[0]?.pictures.shape ?? [];
    const scale = Math.max(1, Math.round(TILE / width));
    const [tileWidth, tileHeight] = [width * scale, height * scale];
    pieces.push(text(title, { x: GAP, y: top + TITLE - 14, size: 17, weight: 600 }));
    top += TITLE;
    columns.forEach(({ caption }, column) => {
      const x = GAP + column * (tileWidth + GAP) + tileWidth / 2;
      pieces.push(text(caption, { x, y: top + CAPTION - 9, size: 11.5, anchor: "middle" }));
    });
    top += CAPTION;
    for (const [row, note] of rows.entries()) {
      for (const [column, { pictures }] of columns.entries()) {
        const x = GAP + column * (tileWidth + GAP);
        const href = await dataUri(pictures, row, scale);
        pieces.push(
          `<image x="${x}" y="${top}" width="${tileWidth}" height="${tileHeight}" href="${href}"/>`,
        );
      }
      top += tileHeight;
      pieces.push(text(note, { x: GAP, y: top + 13, size: 11, fill: "#666" }));
      top += ROW_NOTE;
    }
    right = Math.max(right, GAP + columns.length * (tileWidth + GAP));
  }
  const [width, height] = [right, top + GAP];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif">`,
    `<rect width="100%" height="100%" fill="white"/>`,
    ...pieces,
    "</svg>\n",
  ].join("\n");
}

interface TextStyle {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly weight?: number;
  readonly anchor?: "start" | "middle";
  readonly fill?: string;
}

function text(content: string, style: TextStyle): string {
  const { x, y, size, weight = 400, anchor = "start", fill = "#111" } = style;
  const escaped = content.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<text x="${x}" y="${y}" font-size="${size}" font-weight="${weight}" text-anchor="${anchor}" fill="${fill}">${escaped}</text>`;
}

async function dataUri(
  { data, shape: [, height, width] }: PixelBatch,
  index: number,
  scale: number,
): Promise<string> {
  const size = height * width * 3;
  const pixels = data.subarray(index * size, (index + 1) * size);
  const png = await sharp(pixels, { raw: { width, height, channels: 3 } })
    .resize(width * scale, height * scale, { kernel: "nearest" })
    .png()
    .toBuffer();
  return `data:image/png;base64,${png.toString("base64")}`;
}
