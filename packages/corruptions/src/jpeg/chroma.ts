import type { Plane } from "./colour.ts";

/**
 * Halves a plane along both axes; sides are even.
 *
 * Convention: sums of four are rounded down and up in turn along a row, so that no bias builds up.
 *
 * @see libjpeg, jcsample.c, h2v2_downsample
 */
export function halve({ data, height, width }: Plane): Plane {
  const newWidth = width / 2;
  const out = new Uint8Array(newWidth * (height / 2));
  for (let y = 0, to = 0; y < height; y += 2) {
    for (let x = 0; x < width; x += 2, to++) {
      const at = y * width + x;
      const sum = data[at]! + data[at + 1]! + data[at + width]! + data[at + width + 1]!;
      out[to] = (sum + 1 + ((x >> 1) & 1)) >> 2;
    }
  }
  return { data: out, height: height / 2, width: newWidth };
}

/**
 * Doubles the top left `size` × `size` of a plane along both axes with a triangle filter.
 *
 *     out = (9 · nearest + 3 · two next + 1 · diagonal) / 16, the edge repeated
 *
 * @see libjpeg, jdsample.c, h2v2_fancy_upsample
 */
export function doubleFancy({ data, width }: Plane, size: number): Plane {
  const newSize = 2 * size;
  const out = new Uint8Array(newSize * newSize);
  const sums = new Int32Array(size); // 3 · nearest row + next row
  for (let y = 0; y < newSize; y++) {
    const near = (y >> 1) * width;
    const nextRow = Math.min(Math.max((y >> 1) + (y % 2 === 0 ? -1 : 1), 0), size - 1);
    for (let x = 0; x < size; x++) sums[x] = 3 * data[near + x]! + data[nextRow * width + x]!;
    for (let x = 0; x < size; x++) {
      const here = 3 * sums[x]!;
      const to = y * newSize + 2 * x;
      out[to] = (here + sums[Math.max(x - 1, 0)]! + 8) >> 4;
      out[to + 1] = (here + sums[Math.min(x + 1, size - 1)]! + 7) >> 4;
    }
  }
  return { data: out, height: newSize, width: newSize };
}
