import { gaussianBlur } from "../kernels/gaussianBlur.ts";
import { bytesFromUnit, unitFromBytes } from "../kernels/unitPixels.ts";
import type { SquareImage } from "../squareImage.ts";

export interface GaussianBlurParameters {
  /** Standard deviation in pixels. */
  readonly sigma: number;
}

/** Blurs with a Gaussian cut at four standard deviations; edge pixels are repeated beyond the border. */
export function gaussianBlurCorruption(
  { data, side }: SquareImage,
  { sigma }: GaussianBlurParameters,
): Uint8Array {
  return bytesFromUnit(gaussianBlur(unitFromBytes(data), side, 3, { sigma }));
}
