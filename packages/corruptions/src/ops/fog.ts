import type { Draws } from "../draws/draws.ts";
import { plasmaFractal } from "../kernels/plasmaFractal.ts";
import { bytesFromUnit, unitFromBytes } from "../kernels/unitPixels.ts";
import type { SquareImage } from "../squareImage.ts";

export interface FogParameters {
  readonly thickness: number;
  /** Smoothness of the cloud; see {@link plasmaFractal}. */
  readonly decay: number;
}

/**
 * Lays a cloud over the image and restores its maximum.
 *
 *     out = (x + thickness · P) · M / (M + thickness),   M = max x, P the top left of a plasma fractal
 *
 * Randomness: a plasma fractal whose side is the smallest power of two ≥ the image's.
 */
export function fog(
  { data, side }: SquareImage,
  { thickness, decay }: FogParameters,
  draws: Draws,
): Uint8Array {
  const size = 2 ** Math.max(Math.ceil(Math.log2(side)), 1);
  const cloud = plasmaFractal(size, decay, draws); // [size, size]
  const unit = unitFromBytes(data);
  let maximum = 0;
  for (const value of unit) if (value > maximum) maximum = value;
  for (let y = 0, i = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const veil = thickness * cloud[y * size + x]!;
      for (let c = 0; c < 3; c++, i++) {
        unit[i] = ((unit[i]! + veil) * maximum) / (maximum + thickness);
      }
    }
  }
  return bytesFromUnit(unit);
}
