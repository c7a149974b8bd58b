import { reflect101Index } from "./borders.ts";

/** Nine weights, row-major. */
export type Weights3x3 = readonly [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
];

/**
 * Correlates one plane with nine weights; the border mirrors without repeating the edge (reflect-101).
 *
 * @param plane [side, side]
 * @returns [side, side], sums in float64
 */
export function filter3x3(plane: Float64Array, side: number, weights: Weights3x3): Float64Array {
  const [w0, w1, w2, w3, w4, w5, w6, w7, w8] = weights;
  const out = new Float64Array(side * side);
  for (let y = 0, pixel = 0; y < side; y++) {
    const above = reflect101Index(y - 1, side) * side;
    const here = y * side;
    const below = reflect101Index(y + 1, side) * side;
    for (let x = 0; x < side; x++, pixel++) {
      const left = reflect101Index(x - 1, side);
      const right = reflect101Index(x + 1, side);
      const top = w0 * plane[above + left]! + w1 * plane[above + x]! + w2 * plane[above + right]!;
      const middle = w3 * plane[here + left]! + w4 * plane[here + x]! + w5 * plane[here + right]!;
      const low = w6 * plane[below + left]! + w7 * plane[below + x]! + w8 * plane[below + right]!;
      out[pixel] = top + middle + low;
    }
  }
  return out;
}
