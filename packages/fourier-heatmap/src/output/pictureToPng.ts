import { encode } from "fast-png";
import { assertPositiveInteger } from "../assertPositiveInteger.ts";
import { colorsOf } from "./colors.ts";
import { assertPicture, type Picture, type PictureOptions } from "./picture.ts";

export interface PngOptions extends PictureOptions {
  /** Pixels per frequency, along each axis; default 12. */
  readonly scale?: number;
}

/**
 * Draws a map as a PNG file: each frequency a square of one colour, the lowest in the middle, no axes.
 *
 * @returns the bytes of the file
 *
 * @throws {ShapeError} if values and frequencies disagree in number
 * @throws {ValueError} if a value is not finite, or an option is out of its range
 * @example
 * await writeFile("map.png", pictureToPng({ ...map, values: map.errorRate }));
 */
export function pictureToPng(
  picture: Picture,
  { range = [0, 1], colors = "viridis", scale = 12 }: PngOptions = {},
): Uint8Array {
  assertPicture("pictureToPng", picture);
  assertPositiveInteger("pictureToPng", "scale", scale);
  const colorOf = colorsOf("pictureToPng", colors, range);
  const palette = picture.values.map(colorOf);
  const cells = picture.columns.length;
  const width = cells * scale;
  const height = picture.rows.length * scale;
  const data = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const cell = Math.floor(y / scale) * cells + Math.floor(x / scale);
      data.set(palette[cell]!, 3 * (y * width + x));
    }
  }
  return encode({ width, height, data, channels: 3 });
}
