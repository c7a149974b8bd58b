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
      const floorY = Math.floor(row);
      const floorX = Math.floor(column);
      const down = row - floorY;
      const right = column - floorX;
      const up = 1 - down;
      const left = 1 - right;
      const y0 = reflectIndex(floorY, side) * side;
      const y1 = reflectIndex(floorY + 1, side) * side;
      const x0 = reflectIndex(floorX, side);
      const x1 = reflectIndex(floorX + 1, side);
      const a = (y0 + x0) * 3;
      const b = (y0 + x1) * 3;
      const c = (y1 + x0) * 3;
      const d = (y1 + x1) * 3;
      for (let channel = 0; channel < 3; channel++) {
        const top = image[a + channel]! * up * left + image[b + channel]! * up * right;
        const most = top + image[c + channel]! * down * left;
        out[pixel * 3 + channel] = most + image[d + channel]! * down * right;
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
