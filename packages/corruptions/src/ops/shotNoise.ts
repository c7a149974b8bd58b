import type { Draws } from "../draws/draws.ts";
import { bytesFromUnit, unitFromBytes } from "../kernels/unitPixels.ts";
import type { SquareImage } from "../squareImage.ts";

export interface ShotNoiseParameters {
  /** Expected photons of a white channel; fewer are noisier. */
  readonly photons: number;
}

/**
 * Counts photons: out = Poisson(x · photons) / photons.
 *
 * Randomness: one Poisson number for each byte, in memory order.
 */
export function shotNoise(
  { data }: SquareImage,
  { photons }: ShotNoiseParameters,
  draws: Draws,
): Uint8Array {
  const rates = unitFromBytes(data);
  for (let i = 0; i < rates.length; i++) rates[i]! *= photons;
  const counts = draws.poisson(rates);
  for (let i = 0; i < counts.length; i++) counts[i]! /= photons;
  return bytesFromUnit(counts);
}
