/** @file The two passes of a separable resampling over bytes, with fixed-point weights. */

import { type AxisWeights, WEIGHT_BITS } from "./axisWeights.ts";
import type { ImagePixels } from "./imagePixels.ts";

const HALF = 2 ** (WEIGHT_BITS - 1);

/**
 * Resamples an image along its width, then along its height.
 *
 * @returns [rows, columns, channel]
 */
export function resamplePlainly(
  image: ImagePixels,
  rows: AxisWeights,
  columns: AxisWeights,
): Uint8Array {
  const firstRow = rows.first[0] as number;
  const endRow = (rows.first.at(-1) as number) + (rows.counts.at(-1) as number);
  const narrow = resampleRows(image, columns, firstRow, endRow);
  const rowBytes = columns.first.length * image.shape[2];
  return resampleColumns(narrow, rows, { firstRow, rowBytes });
}

/**
 * Resamples each of the rows [firstRow, lastRow) of an image along its width.
 *
 * @returns [lastRow - firstRow, columns, channel]
 */
function resampleRows(
  { data, shape: [, width, channel] }: ImagePixels,
  columns: AxisWeights,
  firstRow: number,
  lastRow: number,
): Uint8Array {
  const resample = channel === 3 ? resampleRgbRow : resampleAnyRow;
  const outBytes = columns.first.length * channel;
  const out = new Uint8Array((lastRow - firstRow) * outBytes);
  for (let y = firstRow; y < lastRow; y++) {
    const into = { data: out, offset: (y - firstRow) * outBytes, channel };
    resample(data, y * width * channel, columns, into);
  }
  return out;
}

interface RowTarget {
  readonly data: Uint8Array;
  readonly offset: number;
  readonly channel: number;
}

/** The common case, its three sums in registers. */
function resampleRgbRow(
  source: Uint8Array,
  row: number,
  { first, counts, weights, taps }: AxisWeights,
  { data, offset }: RowTarget,
): void {
  let to = offset;
  for (let x = 0; x < first.length; x++) {
    let at = row + (first[x] as number) * 3;
    let tap = x * taps;
    const end = tap + (counts[x] as number);
    let red = HALF;
    let green = HALF;
    let blue = HALF;
    for (; tap < end; tap++) {
      const weight = weights[tap] as number;
      red = (red + Math.imul(source[at] as number, weight)) | 0;
      green = (green + Math.imul(source[at + 1] as number, weight)) | 0;
      blue = (blue + Math.imul(source[at + 2] as number, weight)) | 0;
      at += 3;
    }
    data[to] = toByte(red);
    data[to + 1] = toByte(green);
    data[to + 2] = toByte(blue);
    to += 3;
  }
}

function resampleAnyRow(
  source: Uint8Array,
  row: number,
  { first, counts, weights, taps }: AxisWeights,
  { data, offset, channel }: RowTarget,
): void {
  let to = offset;
  for (let x = 0; x < first.length; x++) {
    for (let c = 0; c < channel; c++) {
      let sum = HALF;
      const at = row + (first[x] as number) * channel + c;
      for (let k = 0; k < (counts[x] as number); k++) {
        const value = source[at + k * channel] as number;
        sum = (sum + Math.imul(value, weights[x * taps + k] as number)) | 0;
      }
      data[to++] = toByte(sum);
    }
  }
}

/**
 * Resamples rows of equal length along the height.
 *
 * @param source rows from `firstRow` of the image on
 * @returns [rows, rowBytes]
 */
function resampleColumns(
  source: Uint8Array,
  { first, counts, weights, taps }: AxisWeights,
  { firstRow, rowBytes }: { readonly firstRow: number; readonly rowBytes: number },
): Uint8Array {
  const out = new Uint8Array(first.length * rowBytes);
  const sums = new Int32Array(rowBytes);
  for (let y = 0; y < first.length; y++) {
    const from = ((first[y] as number) - firstRow) * rowBytes;
    const count = counts[y] as number;
    sums.fill(HALF);
    for (let k = 0; k < count; k += 4) {
      const rows = { from: from + k * rowBytes, rowBytes, count: Math.min(4, count - k) };
      addFourRows(sums, source, rows, weights, y * taps + k);
    }
    const to = y * rowBytes;
    for (let i = 0; i < rowBytes; i++) out[to + i] = toByte(sums[i] as number);
  }
  return out;
}

interface WeighedRows {
  readonly from: number;
  readonly rowBytes: number;
  readonly count: number;
}

/** Adds up to four weighed rows at once, so that the sums are read and written once for all of them. */
function addFourRows(
  sums: Int32Array,
  source: Uint8Array,
  { from, rowBytes, count }: WeighedRows,
  weights: Int32Array,
  tap: number,
): void {
  const weightOf = (k: number) => (k < count ? (weights[tap + k] as number) : 0);
  const startOf = (k: number) => (k < count ? from + k * rowBytes : from); // any row will do for weight 0
  const [w0, w1, w2, w3] = [weightOf(0), weightOf(1), weightOf(2), weightOf(3)];
  const [p0, p1, p2, p3] = [startOf(0), startOf(1), startOf(2), startOf(3)];
  for (let i = 0; i < rowBytes; i++) {
    const upper = Math.imul(source[p0 + i] as number, w0) + Math.imul(source[p1 + i] as number, w1);
    const lower = Math.imul(source[p2 + i] as number, w2) + Math.imul(source[p3 + i] as number, w3);
    sums[i] = (sums[i] as number) + upper + lower;
  }
}

function toByte(sum: number): number {
  const value = sum >> WEIGHT_BITS;
  return value < 0 ? 0 : Math.min(value, 255);
}
