import type { Draws } from "../draws/draws.ts";
import { type MotionParameters, motionBlur } from "../kernels/motionBlur.ts";
import type { SquareImage } from "../squareImage.ts";

/**
 * Smears the image along one line.
 *
 * Randomness: one uniform number, the angle in [-45°, 45°).
 */
export function motionBlurCorruption(
  { data, side }: SquareImage,
  parameters: MotionParameters,
  draws: Draws,
): Uint8Array {
  const angleDegrees = draws.uniform(1, -45, 45)[0]!;
  return motionBlur(data, side, 3, parameters, angleDegrees);
}
