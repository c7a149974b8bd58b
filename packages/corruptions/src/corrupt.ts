import { assertPixelBatch, createRng, type PixelBatch, ShapeError } from "@apr-kit/contracts";
import { applyCorruption } from "./applyCorruption.ts";
import { assertSide } from "./assertSide.ts";
import { rngDraws } from "./draws/rngDraws.ts";
import { type CorruptionOptions, resolveChoice } from "./resolveChoice.ts";

const IMAGES_BETWEEN_PAUSES = 256;

/** {@link CorruptionOptions} and the key of the randomness. */
export interface CorruptOptions extends CorruptionOptions {
  readonly seed: number;
  /** Index of each image in its data set; by default 0, 1, 2 ... */
  readonly samples?: ArrayLike<number>;
}

/**
 * Corrupts every image of a batch as the benchmarks do.
 *
 * @param pixels bytes, [batch, side, side, 3], RGB
 * @returns a new batch, same shape
 *
 * Convention: bytes are truncated, not rounded, as in the reference. Given the reference's random
 *             numbers the bytes are the reference's; the released sets were made without a seed, so a
 *             set made here equals them in distribution only.
 * Randomness: one stream for each (seed, sample, name, severity). An image's result does not depend on
 *             the batch it sits in.
 *
 * @throws {ShapeError} if the batch is not of square RGB images, or samples has another length
 * @throws {ValueError} if name, severity or table is unknown, no table was made for the side and none
 *         is named, or frost is asked for without photographs or `"procedural"`
 *
 * @example
 * const foggy = await corrupt(pixels, { name: "fog", severity: 3, seed: 1 });
 *
 * @see Hendrycks and Dietterich, Benchmarking Neural Network Robustness to Common Corruptions and
 *      Perturbations, ICLR 2019
 */
export async function corrupt(
  pixels: PixelBatch,
  { seed, samples, ...options }: CorruptOptions,
): Promise<PixelBatch> {
  assertPixelBatch("corrupt", pixels);
  const [batch, side, width, channel] = pixels.shape;
  assertSide("corrupt", [side, width, channel]);
  if (samples !== undefined && samples.length !== batch) {
    throw new ShapeError("corrupt", {
      expected: `samples of one index for each of ${batch} images`,
      actual: `${samples.length}`,
    });
  }
  const choice = resolveChoice("corrupt", side, options);
  const purpose = `${choice.name}/${choice.severity}`;
  const size = side * side * 3;
  const data = new Uint8Array(pixels.data.length);
  for (let i = 0; i < batch; i++) {
    const image = { data: pixels.data.subarray(i * size, (i + 1) * size), side };
    const draws = rngDraws(createRng({ seed, purpose, sample: samples?.[i] ?? i }));
    data.set(applyCorruption(image, choice, draws), i * size);
    if (i % IMAGES_BETWEEN_PAUSES === IMAGES_BETWEEN_PAUSES - 1) await pause();
  }
  return { data, shape: pixels.shape };
}

/** Lets timers and input run: a whole set takes minutes. */
function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
