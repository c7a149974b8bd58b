import { bytesFromUnit32, unit32FromBytes } from "../kernels/unitPixels.ts";
import { type ZoomTaps, zoomTaps } from "../kernels/zoomTaps.ts";
import type { SquareImage } from "../squareImage.ts";
import { type Region, type VectorUnit, vectorUnit } from "../vectors/vectorUnit.ts";

export interface ZoomBlurParameters {
  /** Difference of one zoom factor to the next; the first factor is 1. */
  readonly step: number;
  /** Number of zoom factors, with 1. */
  readonly factors: number;
}

/**
 * Averages the image with ever larger zooms into its centre.
 *
 *     out = (x + Σ_k zoom(x, 1 + k · step)) / (factors + 1),   k = 0..factors-1
 *
 * Convention: float32 sums. The factor 1 is among the zooms, so the image itself counts twice. Factors
 *             are 1 + k · ((1 + step) - 1), as numpy.arange makes them: at step 0.01 and k = 25 that
 *             is the float above 1.25, which zooms to another size.
 */
export function zoomBlur(
  { data, side }: SquareImage,
  { step, factors }: ZoomBlurParameters,
): Uint8Array {
  const unit = unit32FromBytes(data);
  const { length } = unit;
  const vectors = vectorUnit();
  const [image, row, sums, taps] = vectors.lend(length, side * 3, Math.ceil(length / 2), side * 3);
  image.values.set(unit);
  const zoomed = new Float32Array(sums.values.buffer, sums.at, length).fill(0);
  const increment = 1 + step - 1;
  for (let k = 0; k < factors; k++) {
    const axis = zoomTaps(side, 1 + k * increment);
    packTaps(taps, axis);
    addZoom(vectors, { image, row, sums, taps }, side, axis);
  }
  const count = factors + 1;
  for (let i = 0; i < length; i++) unit[i] = Math.fround(unit[i]! + zoomed[i]!) / count;
  return bytesFromUnit32(unit);
}

/** As `addColumns` takes them; pixels past the last source point are given no weight, so that they stay black. */
function packTaps({ values }: Region, { first, second, fraction, inside }: ZoomTaps): void {
  const indices = new Int32Array(values.buffer, values.byteOffset, 2 * values.length);
  for (let x = 0; x < first.length; x++) {
    indices[6 * x] = first[x]!;
    indices[6 * x + 1] = second[x]!;
    values[3 * x + 1] = (1 - fraction[x]!) * inside[x]!;
    values[3 * x + 2] = fraction[x]! * inside[x]!;
  }
}

/** Rows are mixed first, then columns, in float64. */
function addZoom(
  vectors: VectorUnit,
  { image, row, sums, taps }: Readonly<Record<"image" | "row" | "sums" | "taps", Region>>,
  side: number,
  { first, second, fraction, inside }: ZoomTaps,
): void {
  const rowBytes = 8 * side * 3;
  for (let y = 0; y < side; y++) {
    if (inside[y]! === 0) continue;
    const above = image.at + first[y]! * rowBytes;
    const below = image.at + second[y]! * rowBytes;
    vectors.mix(row.at, above, 1 - fraction[y]!, below, fraction[y]!, rowBytes);
    vectors.addColumns(sums.at + 12 * y * side, row.at, taps.at, side);
  }
}
