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
  const padded = pad(values, side, channels, reach); // [side + 2 reach, side + 2 reach, channels]
  const rowLength = side * channels;
  const out = new Float64Array(values.length);
  const pair = new Float64Array(paddedLength);
  const windowSide = 2 * reach + 1;
  const margin = reach * channels;
  for (let y = 0; y < side; y++) {
    const to = y * rowLength;
    for (let dy = 0; dy <= reach; dy++) {
      const above = (y + reach - dy) * paddedLength;
      const below = (y + reach + dy) * paddedLength;
      const twice = dy === 0 ? 0 : 1;
      for (let i = 0; i < paddedLength; i++)
        pair[i] = padded[above + i]! + twice * padded[below + i]!;
      for (let dx = 0; dx <= reach; dx++) {
        const weight = weights[(reach + dy) * windowSide + reach + dx]!;
        if (weight === 0) break; // rows of a disk have no gaps
        addPair(out, to, rowLength, pair, margin, dx * channels, weight);
      }
    }
  }
  return out;
}

/** out[to + i] += weight · (line[margin + i - shift] + line[margin + i + shift]), once where shift is 0 */
function addPair(
  out: Float64Array,
  to: number,
  length: number,
  line: Float64Array,
  margin: number,
  shift: number,
  weight: number,
): void {
  if (shift === 0) {
    for (let i = 0; i < length; i++) out[to + i]! += weight * line[margin + i]!;
    return;
  }
  const left = margin - shift;
  const right = margin + shift;
  for (let i = 0; i < length; i++) out[to + i]! += weight * (line[left + i]! + line[right + i]!);
}

function pad(values: Float64Array, side: number, channels: number, reach: number): Float64Array {
  const paddedSide = side + 2 * reach;
  const padded = new Float64Array(paddedSide * paddedSide * channels);
  let to = 0;
  for (let y = -reach; y < side + reach; y++) {
    const row = reflect101Index(y, side) * side;
    for (let x = -reach; x < side + reach; x++) {
      const from = (row + reflect101Index(x, side)) * channels;
      for (let c = 0; c < channels; c++) padded[to++] = values[from + c]!;
    }
  }
  return padded;
}
