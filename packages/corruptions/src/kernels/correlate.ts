import { vectorUnit } from "../vectors/vectorUnit.ts";
import { reflect101Index } from "./borders.ts";
import type { Window } from "./diskKernel.ts";

/**
 * Correlates each channel with a window that is its own mirror image, left to right and top to bottom;
 * the border mirrors without repeating the edge (reflect-101).
 *
 * @param values [side, side, channels]
 * @returns a new array, same shape
 *
 * Convention: rows at equal distance are added before they are weighted, then columns: a quarter of the
 *             products.
 * Cost:       O(side² · channels · (reach + 1)²).
 */
export function correlate(
  values: Float64Array,
  side: number,
  channels: number,
  { reach, weights }: Window,
): Float64Array {
  const paddedLength = (side + 2 * reach) * channels;
  const rowLength = side * channels;
  const unit = vectorUnit();
  const [padded, pair, sums] = unit.lend(
    paddedLength * (side + 2 * reach),
    paddedLength,
    rowLength,
  );
  pad(padded.values, values, { side, channels, reach });
  const out = new Float64Array(values.length);
  const windowSide = 2 * reach + 1;
  const rowBytes = 8 * rowLength;
  const lineBytes = 8 * paddedLength;
  for (let y = 0; y < side; y++) {
    const middle = padded.at + (y + reach) * lineBytes;
    sums.values.fill(0);
    for (let dy = 0; dy <= reach; dy++) {
      const line = dy === 0 ? middle : pair.at;
      if (dy > 0) unit.add(line, middle - dy * lineBytes, middle + dy * lineBytes, lineBytes);
      const centre = line + 8 * reach * channels;
      for (let dx = 0; dx <= reach; dx++) {
        const weight = weights[(reach + dy) * windowSide + reach + dx]!;
        if (weight === 0) break; // rows of a disk have no gaps
        const apart = 8 * dx * channels;
        if (dx === 0) unit.addScaled(sums.at, centre, weight, rowBytes);
        else unit.addPair(sums.at, centre - apart, centre + apart, weight, rowBytes);
      }
    }
    out.set(sums.values, y * rowLength);
  }
  return out;
}

/** padded: [side + 2 reach, side + 2 reach, channels] */
function pad(
  padded: Float64Array,
  values: Float64Array,
  size: { readonly side: number; readonly channels: number; readonly reach: number },
): void {
  const { side, channels, reach } = size;
  for (let y = -reach, to = 0; y < side + reach; y++) {
    const row = reflect101Index(y, side) * side;
    for (let x = -reach; x < side + reach; x++) {
      const from = (row + reflect101Index(x, side)) * channels;
      for (let c = 0; c < channels; c++) padded[to++] = values[from + c]!;
    }
  }
}
