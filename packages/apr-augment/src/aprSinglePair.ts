import type { ByteImages, PixelBatch, UnitImages } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import { type AprPairOptions, type AprPairResult, aprPair } from "./aprPair.ts";
import { type AprSingleOptions, aprSingle } from "./aprSingle.ts";
import type { BatchKey } from "./arguments.ts";
import { type CropAndFlipOptions, cropAndFlip } from "./cropAndFlip.ts";
import { toUnit } from "./toUnit.ts";

export interface AprSinglePairOptions extends BatchKey {
  readonly single?: Omit<AprSingleOptions, keyof BatchKey>;
  readonly crop?: Omit<CropAndFlipOptions, keyof BatchKey>;
  readonly pair?: Omit<AprPairOptions, keyof BatchKey>;
}

export interface AprSinglePairResult extends AprPairResult<UnitImages> {
  /** The images after APR-S, crop and flip: the "clean" half of the official training batch. */
  readonly images: UnitImages;
}

/**
 * APR-SP: APR-S on each image, crop and flip, then APR-P on the batch, in the official order for CIFAR.
 *
 * @param pixels RGB bytes, [batch, height, width, 3]: in ordinary memory, or ByteImages on the device
 * @param options.single, options.crop, options.pair  options of {@link aprSingle},
 *                {@link cropAndFlip} and {@link aprPair}; probabilities default to the CIFAR recipe's
 * @returns both halves of a training batch, not normalised; the caller disposes `images` and `mixed`
 *
 * Randomness: as in the three steps.
 *
 * @see the three steps, which can also be composed by hand.
 */
export function aprSinglePair(
  pixels: PixelBatch | ByteImages,
  { seed, epoch, samples, single = {}, crop = {}, pair = {} }: AprSinglePairOptions,
): AprSinglePairResult {
  const key = { seed, epoch, samples };
  const images = tf.tidy(() => {
    const augmented = aprSingle(pixels, { ...single, ...key });
    return toUnit(cropAndFlip(augmented, { ...crop, ...key }));
  });
  return { images, ...aprPair(images, { ...pair, ...key }) };
}
