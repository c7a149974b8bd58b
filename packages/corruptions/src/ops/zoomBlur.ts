import { bytesFromUnit32, unit32FromBytes } from "../kernels/unitPixels.ts";
import { type ZoomTaps, zoomTaps } from "../kernels/zoomTaps.ts";
import type { SquareImage } from "../squareImage.ts";
import { type Region, vectorUnit } from "../vectors/vectorUnit.ts";

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
  const zoomed = new Float32Array(unit.length);
  const [image, row] = vectorUnit().lend(unit.length, side * 3);
  image.values.set(unit);
  const increment = 1 + step - 1;
  for (let k = 0; k < factors; k++) {
    addZoom(zoomed, image, row, side, zoomTaps(side, 1 + k * increment));
  }
  const count = factors + 1;
  for (let i = 0; i < unit.length; i++) unit[i] = Math.fround(unit[i]! + zoomed[i]!) / count;
  return bytesFromUnit32(unit);
}

/** Rows are mixed first, then columns, in float64. */
function addZoom(
  sums: Float32Array,
  image: Region,
  mixed: Region,
  side: number,
  { first, second, fraction, inside }: ZoomTaps,
): void {
  const unit = vectorUnit();
  const rowBytes = 8 * side * 3;
  const row = mixed.values;
  for (let y = 0; y < side; y++) {
    if (inside[y]! === 0) continue;
    const above = image.at + first[y]! * rowBytes;
    const below = image.at + second[y]! * rowBytes;
    unit.mix(mixed.at, above, 1 - fraction[y]!, below, fraction[y]!, rowBytes);
    for (let x = 0, to = y * side * 3; x < side; x++, to += 3) {
      if (inside[x]! === 0) continue;
      const right = fraction[x]!;
      const left = 1 - right;
      const a = first[x]! * 3;
      const b = second[x]! * 3;
      sums[to]! += Math.fround(row[a]! * left + row[b]! * right);
      sums[to + 1]! += Math.fround(row[a + 1]! * left + row[b + 1]! * right);
      sums[to + 2]! += Math.fround(row[a + 2]! * left + row[b + 2]! * right);
    }
  }
}
