import type { Draws } from "../draws/draws.ts";
import { bytesFromUnit, unitFromBytes } from "../kernels/unitPixels.ts";
import type { SquareImage } from "../squareImage.ts";

export interface SpeckleNoiseParameters {
  /** Standard deviation relative to the pixel. */
  readonly sigma: number;
}

/**
 * Adds normal noise that grows with brightness: out = x + x · N(0, σ).
 *
 * Randomness: one normal number for each byte, in memory order.
 */
export function speckleNoise(
  { data }: SquareImage,
  { sigma }: SpeckleNoiseParameters,
  draws: Draws,
): Uint8Array {
  const unit = unitFromBytes(data);
  const noise = draws.normal(data.length, 0, sigma);
  for (let i = 0; i < unit.length; i++) unit[i]! += unit[i]! * noise[i]!;
  return bytesFromUnit(unit);
}
