import { ShapeError } from "@apr-kit/contracts";
import type { AffineMatrix } from "./affineMatrix.ts";
import type { ImageSize } from "./opDraw.ts";

const CHANNELS = 3;

/**
 * Warps one RGB image by bilinear interpolation.
 *
 * @param source bytes, [height, width, channel]
 * @param target bytes of the same length, written; another array than source
 *
 * Convention: as Pillow 12. Pixel centres lie at halves. Where the source point lies outside
 * [0, width) × [0, height) the result is black; half a pixel inside the border the edge is repeated.
 * Interpolation is in float64, along x first, and the result is truncated, not rounded.
 * Cost:       12 multiplications a pixel; no allocation.
 *
 * @throws {ShapeError} if source or target does not have height · width · 3 bytes
 *
 * @see Pillow, src/libImaging/Geometry.c, described in its documentation of Image.transform.
 */
export function affineWarp(
  source: Uint8Array,
  target: Uint8Array,
  { height, width }: ImageSize,
  [a, b, c, d, e, f]: AffineMatrix,
): void {
  const bytes = height * width * CHANNELS;
  if (source.length !== bytes || target.length !== bytes) {
    throw new ShapeError("affineWarp", {
      expected: `source and target of ${bytes} bytes for [${height}, ${width}, ${CHANNELS}]`,
      actual: `${source.length} and ${target.length}`,
    });
  }
  const isShift = a === 1 && b === 0 && d === 0 && e === 1;
  if (isShift && Number.isInteger(c) && Number.isInteger(f)) {
    shift(source, target, { height, width }, c, f);
    return;
  }
  const stride = width * CHANNELS;
  let out = 0;
  for (let y = 0; y < height; y++) {
    const fromYToX = b * (y + 0.5);
    const fromYToY = e * (y + 0.5);
    for (let x = 0; x < width; x++, out += CHANNELS) {
      const sourceX = a * (x + 0.5) + fromYToX + c;
      const sourceY = d * (x + 0.5) + fromYToY + f;
      if (!(sourceX >= 0 && sourceX < width && sourceY >= 0 && sourceY < height)) {
        target[out] = 0;
        target[out + 1] = 0;
        target[out + 2] = 0;
        continue;
      }
      const column = sourceX < 0.5 ? -1 : (sourceX - 0.5) | 0; // rounded down
      const row = sourceY < 0.5 ? -1 : (sourceY - 0.5) | 0;
      const dx = sourceX - 0.5 - column;
      const dy = sourceY - 0.5 - row;
      const left = column === -1 ? 0 : column * CHANNELS;
      const right = column + 1 === width ? left : (column + 1) * CHANNELS;
      const top = row === -1 ? 0 : row * stride;
      const bottom = row + 1 === height ? top : (row + 1) * stride;
      for (let channel = 0; channel < CHANNELS; channel++) {
        const upperLeft = source[top + left + channel] as number;
        const lowerLeft = source[bottom + left + channel] as number;
        const upper = upperLeft + ((source[top + right + channel] as number) - upperLeft) * dx;
        const lower = lowerLeft + ((source[bottom + right + channel] as number) - lowerLeft) * dx;
        target[out + channel] = (upper + (lower - upper) * dy) | 0;
      }
    }
  }
}

/** The same for whole pixels, where every weight is 0 or 1: rows are copied. */
function shift(
  source: Uint8Array,
  target: Uint8Array,
  { height, width }: ImageSize,
  right: number,
  down: number,
): void {
  target.fill(0);
  const kept = width - Math.abs(right); // columns
  if (kept <= 0) return;
  const from = Math.max(0, right);
  const to = Math.max(0, -right);
  for (let y = Math.max(0, -down); y < Math.min(height, height - down); y++) {
    const start = ((y + down) * width + from) * CHANNELS;
    target.set(source.subarray(start, start + kept * CHANNELS), (y * width + to) * CHANNELS);
  }
}
