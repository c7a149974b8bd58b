import { reflectIndex } from "./borders.ts";

/**
 * Reads an image at displaced positions, linearly; beyond the edge it is half-sample symmetric.
 *
 *     out[y, x, c] = image[y + dy[y, x], x + dx[y, x], c]
 *
 * @param image [side, side, 3], float32
 * @param dx    [side, side], pixels
 * @param dy    [side, side], pixels
 * @returns a new array, same shape as image; interpolated in float64, stored in float32
 *
 * @see scipy.ndimage.map_coordinates(order=1, mode="reflect")
 */
export function displace(
  image: Float32Array,
  side: number,
  dx: Float32Array,
  dy: Float32Array,
): Float32Array {
  const out = new Float32Array(image.length);
  for (let y = 0, pixel = 0; y < side; y++) {
    for (let x = 0; x < side; x++, pixel++) {
      const row = reflectCoordinate(y + dy[pixel]!, side);
      const column = reflectCoordinate(x + dx[pixel]!, side);
      const down = row - Math.floor(row);
      const right = column - Math.floor(column);
      const y0 = reflectIndex(Math.floor(row), side) * side * 3;
      const y1 = reflectIndex(Math.floor(row) + 1, side) * side * 3;
      const x0 = reflectIndex(Math.floor(column), side) * 3;
      const x1 = reflectIndex(Math.floor(column) + 1, side) * 3;
      for (let c = 0; c < 3; c++) {
        const top =
          image[y0 + x0 + c]! * (1 - down) * (1 - right) + image[y0 + x1 + c]! * (1 - down) * right;
        const bottom = image[y1 + x0 + c]! * down * (1 - right);
        out[pixel * 3 + c] = top + bottom + image[y1 + x1 + c]! * down * right;
      }
    }
  }
  return out;
}

/** Into (-1, length), as scipy folds it, so that the fraction has the same last bit. */
function reflectCoordinate(coordinate: number, length: number): number {
  const period = 2 * length;
  if (coordinate < 0) {
    const folded =
      coordinate < -period ? period * Math.trunc(-coordinate / period) + coordinate : coordinate;
    return folded < -length ? folded + period : -folded - 1;
  }
  if (coordinate > length - 1) {
    const folded = coordinate - period * Math.trunc(coordinate / period);
    return folded >= length ? period - folded - 1 : folded;
  }
  return coordinate;
}
