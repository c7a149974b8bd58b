import { ShapeError } from "@apr-kit/contracts";
import { applyCorruption } from "./applyCorruption.ts";
import { assertSide } from "./assertSide.ts";
import type { Draws } from "./draws/draws.ts";
import { type CorruptionOptions, resolveChoice } from "./resolveChoice.ts";
import type { SquareImage } from "./squareImage.ts";

/** {@link CorruptionOptions} and the random numbers to use. */
export interface CorruptImageOptions extends CorruptionOptions {
  /** For example `rngDraws(createRng(key))`, or `recordedDraws(numbers)` to replay the reference. */
  readonly draws: Draws;
}

/**
 * Corrupts one image with random numbers of the caller's.
 *
 * @param image bytes, [side, side, 3]
 * @returns a new array of bytes, same shape
 *
 * Randomness: each corruption documents what it draws, in the reference's order.
 *
 * @throws {ShapeError} if data does not hold side · side · 3 bytes
 * @throws {ValueError} as {@link corrupt}
 */
export async function corruptImage(
  image: SquareImage,
  { draws, ...options }: CorruptImageOptions,
): Promise<Uint8Array> {
  const { data, side } = image;
  assertSide("corruptImage", [side, side, 3]);
  if (data.length !== side * side * 3) {
    throw new ShapeError("corruptImage", {
      expected: `data of ${side * side * 3} bytes for [${side}, ${side}, 3]`,
      actual: `${data.length} bytes`,
    });
  }
  return applyCorruption(image, resolveChoice("corruptImage", side, options), draws);
}
