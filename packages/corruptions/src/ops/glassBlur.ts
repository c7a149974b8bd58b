import type { Draws } from "../draws/draws.ts";
import { gaussianBlur } from "../kernels/gaussianBlur.ts";
import { bytesFromUnit, unitFromBytes } from "../kernels/unitPixels.ts";
import type { SquareImage } from "../squareImage.ts";

export interface GlassBlurParameters {
  /** Standard deviation of the blur before and after, in pixels. */
  readonly sigma: number;
  /** Farthest that a pixel is fetched from, in pixels. */
  readonly maxDelta: number;
  readonly iterations: number;
}

/**
 * Blurs, scatters pixels among their neighbours, blurs again.
 *
 * Convention: the reference code means to swap two pixels but copies one way only, because its two
 *             sides are views of one array; kept. Rows and columns 0..maxDelta stay, and copies cascade
 *             from the bottom right to the top left.
 * Randomness: for each scattered pixel, in that order, two integers in [-maxDelta, maxDelta): first
 *             the horizontal offset, then the vertical one.
 */
export function glassBlur(
  { data, side }: SquareImage,
  { sigma, maxDelta, iterations }: GlassBlurParameters,
  draws: Draws,
): Uint8Array {
  const scattered = bytesFromUnit(gaussianBlur(unitFromBytes(data), side, 3, { sigma }));
  const moved = Math.max(side - 2 * maxDelta, 0) ** 2;
  for (let iteration = 0; iteration < iterations; iteration++) {
    const offsets = draws.integers(2 * moved, -maxDelta, maxDelta);
    let next = 0;
    for (let y = side - maxDelta; y > maxDelta; y--) {
      for (let x = side - maxDelta; x > maxDelta; x--) {
        const fromX = x + offsets[next++]!;
        const fromY = y + offsets[next++]!;
        const to = (y * side + x) * 3;
        const from = (fromY * side + fromX) * 3;
        scattered[to] = scattered[from]!;
        scattered[to + 1] = scattered[from + 1]!;
        scattered[to + 2] = scattered[from + 2]!;
      }
    }
  }
  return bytesFromUnit(gaussianBlur(unitFromBytes(scattered), side, 3, { sigma }));
}
