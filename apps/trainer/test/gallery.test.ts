import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import sharp from "sharp";
import { drawGallery, type GalleryOptions } from "../src/gallery/drawGallery.ts";

let directory: string;
let files: string[];
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "apr-gallery-"));
  files = ["red", "blue"].map((colour) => join(directory, `${colour}.png`));
  for (const [index, file] of files.entries()) {
    const stripes = `<svg width="40" height="30"><rect width="40" height="30" fill="${index === 0 ? "red" : "blue"}"/><circle cx="${12 + 12 * index}" cy="15" r="9" fill="white"/></svg>`;
    await sharp(Buffer.from(stripes)).png().toFile(file);
  }
});
afterAll(() => rm(directory, { recursive: true, force: true }));

function options(out: string): GalleryOptions {
  return { engine: "cpu", pairs: 1, views: 2, size: 16, axes: "spatialAndChannel", seed: 1, out };
}

describe("apr gallery of one's own pictures", () => {
  test("writes eight columns for the pair and for each picture, with their names", async () => {
    const out = join(directory, "new", "gallery.svg");
    await drawGallery(files, options(out));
    const svg = await readFile(out, "utf8");
    expect(svg.match(/<image /g)).toHaveLength(8 * (1 + 2));
    expect(svg).toContain("A: red.png, B: blue.png");
  });

  test("writes a PNG of the same size", async () => {
    const out = join(directory, "gallery.png");
    await drawGallery(files, options(out));
    const { format, width } = await sharp(out).metadata();
    expect([format, width]).toEqual(["png", 8 + 8 * (128 + 8)]);
  });

  test.each([
    [
      1,
      "gallery.png",
      "gallery: expected an even number of pictures, which are shown in pairs, got 1",
    ],
    [2, "gallery.gif", "--out: expected a file name that ends in .png or .svg, got gallery.gif"],
  ])("refuses %d pictures to %s", async (count, out, message) => {
    await expect(drawGallery(files.slice(0, count), options(out))).rejects.toThrow(message);
  });

  test("names a file that is no picture", async () => {
    const missing = join(directory, "missing.png");
    const attempt = drawGallery([missing, missing], options(join(directory, "x.png")));
    await expect(attempt).rejects.toThrow(`gallery: expected an image file, got ${missing}`);
  });
});
