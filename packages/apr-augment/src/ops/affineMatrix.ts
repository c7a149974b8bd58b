import type { ImageSize, WarpDraw } from "./opDraw.ts";

/** [a, b, c, d, e, f]: source x = a·x + b·y + c and source y = d·x + e·y + f, at pixel centres. */
export type AffineMatrix = readonly [number, number, number, number, number, number];

/**
 * Finds where in the source each pixel of a warped image comes from.
 *
 * Convention: as Pillow 12: Image.rotate rounds the four entries of a rotation to 15 decimals, turns
 * about (width / 2, height / 2), and takes degrees modulo 360. Shears keep the top-left corner.
 *
 * @see Pillow, Image.rotate; AugMix, augmentations.py.
 */
export function affineMatrix(draw: WarpDraw, { height, width }: ImageSize): AffineMatrix {
  switch (draw.op) {
    case "rotate":
      return rotation(draw.degrees, width / 2, height / 2);
    case "shearX":
      return [1, draw.factor, 0, 0, 1, 0];
    case "shearY":
      return [1, 0, 0, draw.factor, 1, 0];
    case "translateX":
      return [1, 0, draw.pixels, 0, 1, 0];
    case "translateY":
      return [1, 0, 0, 0, 1, draw.pixels];
  }
}

function rotation(degrees: number, centreX: number, centreY: number): AffineMatrix {
  const turn = ((degrees % 360) + 360) % 360;
  const angleRadians = -(turn * (Math.PI / 180));
  const cos = round15(Math.cos(angleRadians));
  const sin = round15(Math.sin(angleRadians));
  const c = cos * -centreX + sin * -centreY + centreX;
  const f = -sin * -centreX + cos * -centreY + centreY;
  return [cos, sin, c, -sin, cos, f];
}

function round15(value: number): number {
  return Number(value.toFixed(15));
}
