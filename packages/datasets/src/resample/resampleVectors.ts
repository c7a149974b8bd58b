import type { AxisWeights } from "./axisWeights.ts";
import type { ImagePixels } from "./imagePixels.ts";
import { vectorUnit } from "./vectorUnit.ts";

/** Memory never shrinks; what needs more goes the plain way. */
const MAX_BYTES = 2 ** 25;
const STRIP_BYTES = 2 ** 18;

/**
 * Resamples an RGB image along both axes in WebAssembly, to the bytes of the passes in resamplePlainly.ts.
 *
 * @returns [rows, columns, 3]; undefined if it is not RGB, needs too much memory, or there is no WebAssembly
 */
export function resampleVectors(
  { data, shape: [, width, channel] }: ImagePixels,
  rows: AxisWeights,
  columns: AxisWeights,
): Uint8Array | undefined {
  if (channel !== 3) return undefined;
  const firstRow = rows.first[0] as number;
  const endRow = (rows.first.at(-1) as number) + (rows.counts.at(-1) as number);
  const [inBytes, outBytes] = [3 * width, 3 * columns.first.length];
  const across = pairsOf(columns);
  const down = pairsOf(rows);
  const stripRows = Math.max(1, Math.floor(STRIP_BYTES / inBytes));
  const places = layOut({
    across: tableBytes(columns, across),
    down: tableBytes(rows, down),
    narrow: (endRow - firstRow) * outBytes,
    out: rows.first.length * outBytes,
    strip: stripRows * inBytes,
    spare: 6 * across + 2 * down * outBytes, // what taps without weight may reach behind the last
  });
  if (places.end > MAX_BYTES) return undefined;
  const unit = vectorUnit();
  if (unit === undefined) return undefined;
  const bytes = unit.bytes(places.end);
  writeTable(new Int32Array(bytes.buffer, places.across), columns, across, { unit: 3, start: 0 });
  writeTable(new Int32Array(bytes.buffer, places.down), rows, down, {
    unit: outBytes,
    start: firstRow,
  });
  for (let y = firstRow; y < endRow; y += stripRows) {
    const count = Math.min(stripRows, endRow - y);
    bytes.set(data.subarray(y * inBytes, (y + count) * inBytes), places.strip);
    const to = places.narrow + (y - firstRow) * outBytes;
    const pixels = columns.first.length;
    unit.resampleRows(to, places.strip, inBytes, count, places.across, pixels, across);
  }
  const { out, narrow } = places;
  unit.resampleColumns(out, narrow, outBytes, rows.first.length, places.down, down);
  return bytes.slice(out, out + rows.first.length * outBytes);
}

/** Addresses of pieces of these sizes, whole vectors apart with one behind each, and where the last ends. */
function layOut<TName extends string>(
  sizes: Readonly<Record<TName, number>>,
): Readonly<Record<TName | "end", number>> {
  let end = 0;
  const starts = Object.entries<number>(sizes).map(([name, size]) => {
    const start = end;
    end += 16 * Math.ceil(size / 16) + 16;
    return [name, start] as const;
  });
  return { ...Object.fromEntries(starts), end } as Record<TName | "end", number>;
}

function pairsOf({ counts }: AxisWeights): number {
  return Math.ceil(counts.reduce((most, count) => Math.max(most, count), 0) / 2);
}

function tableBytes({ first }: AxisWeights, pairs: number): number {
  return first.length * (4 + 8 * pairs);
}

/** Bits of the lower part of a weight: products of both parts with bytes fit the 16-bit multiplier. */
const LOW_BITS = 15;
const LOW_MASK = 2 ** LOW_BITS - 1;

/** The layout is that of ../../assembly; `unit` bytes lie from one input to the next, which are counted from `start`. */
function writeTable(
  table: Int32Array,
  { first, counts, weights, taps }: AxisWeights,
  pairs: number,
  { unit, start }: { readonly unit: number; readonly start: number },
): void {
  let to = 0;
  for (let i = 0; i < first.length; i++) {
    table[to++] = ((first[i] as number) - start) * unit;
    const count = counts[i] as number;
    for (let k = 0; k < 2 * pairs; k += 2) {
      const one = k < count ? (weights[i * taps + k] as number) : 0;
      const two = k + 1 < count ? (weights[i * taps + k + 1] as number) : 0;
      table[to++] = ((one >> LOW_BITS) & 0xffff) | ((two >> LOW_BITS) << 16);
      table[to++] = (one & LOW_MASK) | ((two & LOW_MASK) << 16);
    }
  }
}
