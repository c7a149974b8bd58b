import type { Draws } from "../draws/draws.ts";
import { bytesFromUnit, unitFromBytes } from "../kernels/unitPixels.ts";
import type { SquareImage } from "../squareImage.ts";

export interface GaussianNoiseParameters {
  /** Standard deviation in the [0, 1] pixel scale. */
  readonly sigma: number;
}

/**
 * Adds normal noise to every channel of every pixel: out = x + N(0, σ).
 *
 * Randomness: one normal number for each byte, in memory order.
 */
export function gaussianNoise(
  { data }: SquareImage,
  { sigma }: GaussianNoiseParameters,
  draws: Draws,
): Uint8Array {
  const unit = unitFromBytes(data);
  const noise = draws.normal(data.length, 0, sigma);
  for (let i = 0; i < unit.length; i++) unit[i]! += noise[i]!;
  return bytesFromUnit(unit);
}
