import { reflect101Index } from "./borders.ts";
import { roundHalfToEven } from "./roundHalfToEven.ts";

/** Row-major 2×3: x' = m[0]·x + m[1]·y + m[2], y' = m[3]·x + m[4]·y + m[5]. */
export type AffineMatrix = readonly [number, number, number, number, number, number];

const FINE = 1024; // coordinates are summed in 1/1024 pixel ...
const COARSE_SHIFT = 5; // ... and then truncated to 1/32 pixel
const ROUNDING = 16;

/**
 * Moves an image by an affine map, as OpenCV 4's warpAffine does for float32, linear, reflect-101.
 *
 * @param image  [side, side, 3], float32
 * @param matrix from source to result; it is inverted here
 * @returns a new array, same shape
 *
 * Convention: source coordinates are quantised to 1/32 pixel; products and sums are float32.
 *
 * @see OpenCV 4, modules/imgproc/src/imgwarp.cpp
 */
export function warpAffine(image: Float32Array, side: number, matrix: AffineMatrix): Float32Array {
  const [m0, m1, m2, m3, m4, m5] = inverse(matrix);
  const out = new Float32Array(image.length);
  const fround = Math.fround;
  const columnX = fineSteps(side, m0);
  const columnY = fineSteps(side, m3);
  for (let y = 0, to = 0; y < side; y++) {
    const rowX = roundHalfToEven((m1 * y + m2) * FINE) + ROUNDING;
    const rowY = roundHalfToEven((m4 * y + m5) * FINE) + ROUNDING;
    for (let x = 0; x < side; x++) {
      const sourceX = (rowX + columnX[x]!) >> COARSE_SHIFT;
      const sourceY = (rowY + columnY[x]!) >> COARSE_SHIFT;
      const right = (sourceX & 31) / 32;
      const down = (sourceY & 31) / 32;
      const x0 = reflect101Index(sourceX >> 5, side) * 3;
      const x1 = reflect101Index((sourceX >> 5) + 1, side) * 3;
      const y0 = reflect101Index(sourceY >> 5, side) * side * 3;
      const y1 = reflect101Index((sourceY >> 5) + 1, side) * side * 3;
      const w00 = (1 - down) * (1 - right); // multiples of 1/1024: exact
      const w01 = (1 - down) * right;
      const w10 = down * (1 - right);
      const w11 = down * right;
      for (let c = 0; c < 3; c++) {
        const top = fround(fround(image[y0 + x0 + c]! * w00) + fround(image[y0 + x1 + c]! * w01));
        const left = fround(top + fround(image[y1 + x0 + c]! * w10));
        out[to++] = left + fround(image[y1 + x1 + c]! * w11);
      }
    }
  }
  return out;
}

/** What each column adds to a source coordinate, in 1/1024 pixel. */
function fineSteps(side: number, perColumn: number): Int32Array {
  return Int32Array.from({ length: side }, (_, x) => roundHalfToEven(perColumn * x * FINE));
}

function inverse([a, b, c, d, e, f]: AffineMatrix): AffineMatrix {
  const determinant = a * e - b * d;
  const scale = determinant === 0 ? 0 : 1 / determinant;
  const i0 = e * scale;
  const i1 = -b * scale;
  const i3 = -d * scale;
  const i4 = a * scale;
  return [i0, i1, -i0 * c - i1 * f, i3, i4, -i3 * c - i4 * f];
}
