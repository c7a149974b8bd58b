import { bytesFromUnit32, unit32FromBytes } from "../kernels/unitPixels.ts";
import { type ZoomTaps, zoomTaps } from "../kernels/zoomTaps.ts";
import type { SquareImage } from "../squareImage.ts";

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
  const increment = 1 + step - 1;
  for (let k = 0; k < factors; k++) addZoom(zoomed, unit, side, zoomTaps(side, 1 + k * increment));
  const count = factors + 1;
  for (let i = 0; i < unit.length; i++) unit[i] = Math.fround(unit[i]! + zoomed[i]!) / count;
  return bytesFromUnit32(unit);
}

function addZoom(sums: Float32Array, image: Float32Array, side: number, taps: ZoomTaps): void {
  const { first, second, fraction, inside } = taps;
  for (let y = 0, to = 0; y < side; y++) {
    const y0 = first[y]! * side;
    const y1 = second[y]! * side;
    const down = fraction[y]!;
    const up = 1 - down;
    for (let x = 0; x < side; x++, to += 3) {
      if (inside[y]! === 0 || inside[x]! === 0) continue;
      const right = fraction[x]!;
      const left = 1 - right;
      const a = (y0 + first[x]!) * 3;
      const b = (y0 + second[x]!) * 3;
      const c = (y1 + first[x]!) * 3;
      const d = (y1 + second[x]!) * 3;
      for (let channel = 0; channel < 3; channel++) {
        const top = image[a + channel]! * up * left + image[b + channel]! * up * right;
        const most = top + image[c + channel]! * down * left;
        sums[to + channel]! += Math.fround(most + image[d + channel]! * down * right);
      }
    }
  }
}
