import { correlate } from "../kernels/correlate.ts";
import { diskKernel } from "../kernels/diskKernel.ts";
import { bytesFromUnit, unitFromBytes } from "../kernels/unitPixels.ts";
import type { SquareImage } from "../squareImage.ts";

export interface DefocusBlurParameters {
  /** Radius of the disk in pixels. */
  readonly radius: number;
  /** Standard deviation of the Gaussian that softens the disk's rim, in pixels. */
  readonly aliasSigma: number;
}

/** Spreads each pixel over a soft disk, channel by channel; borders mirror (reflect-101). */
export function defocusBlur(
  { data, side }: SquareImage,
  { radius, aliasSigma }: DefocusBlurParameters,
): Uint8Array {
  const kernel = diskKernel(radius, aliasSigma);
  return bytesFromUnit(correlate(unitFromBytes(data), side, 3, kernel));
}
