import type { Draws } from "../draws/draws.ts";
import type { SquareImage } from "../squareImage.ts";

export interface ImpulseNoiseParameters {
  /** Fraction of bytes that are replaced. */
  readonly amount: number;
}

/**
 * Replaces bytes by 255 (salt) or 0 (pepper), channels apart from one another.
 *
 * Randomness: one uniform number for each byte (replaced where ≤ amount), then one more for each byte
 *             (salt where ≤ 0.5), both in memory order.
 */
export function impulseNoise(
  { data }: SquareImage,
  { amount }: ImpulseNoiseParameters,
  draws: Draws,
): Uint8Array {
  const replaced = draws.uniform(data.length, 0, 1);
  const salted = draws.uniform(data.length, 0, 1);
  const out = new Uint8Array(data.length);
  for (let i = 0; i < out.length; i++) {
    out[i] = replaced[i]! > amount ? data[i]! : salted[i]! <= 0.5 ? 255 : 0;
  }
  return out;
}
