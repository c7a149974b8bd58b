import { createRng, show, ValueError } from "@apr-kit/contracts";
import { assertBatchKey, assertFraction, type BatchKey } from "./arguments.ts";

/** Which window of the padded image is kept, and whether it is mirrored. */
export interface CropAndFlipDraw {
  /** Row of the padded image that becomes row 0. */
  readonly top: number;
  /** Column of the padded image that becomes column 0, before mirroring. */
  readonly left: number;
  readonly flip: boolean;
}

export interface CropAndFlipDrawOptions extends BatchKey {
  /** Pixels added on each side. Default 4. */
  readonly padding?: number;
  /** Chance of a mirror image, in [0, 1]. Default 0.5. */
  readonly flipProbability?: number;
}

/**
 * Draws a window and an orientation for each image.
 *
 * Randomness: top, left, flip, in this order, from the stream "cropAndFlip" of each sample. An image's
 * draws do not depend on the rest of the batch.
 *
 * @throws {ShapeError} if samples are not one for each image
 * @throws {ValueError} if an option is outside its range
 */
export function drawCropAndFlip(
  batch: number,
  { seed, epoch, samples, padding = 4, flipProbability = 0.5 }: CropAndFlipDrawOptions,
): CropAndFlipDraw[] {
  assertBatchKey("cropAndFlip", { seed, epoch, samples }, batch);
  assertFraction("cropAndFlip", "flipProbability", flipProbability);
  if (!(Number.isInteger(padding) && padding >= 0)) {
    throw new ValueError("cropAndFlip", {
      expected: "padding to be an integer of at least 0",
      actual: show(padding),
    });
  }
  return Array.from(samples, (sample) => {
    const rng = createRng({ seed, epoch, sample, purpose: "cropAndFlip" });
    const top = rng.integer(2 * padding + 1);
    const left = rng.integer(2 * padding + 1);
    return { top, left, flip: rng.uniform() < flipProbability };
  });
}
