import type { ByteImages, PixelBatch, UnitImages } from "@apr-kit/contracts";
import { applyAugMix } from "./applyAugMix.ts";
import { assertRgbBytes } from "./arguments.ts";
import { type AugMixDrawOptions, drawAugMix } from "./drawAugMix.ts";

export type AugMixOptions = AugMixDrawOptions;

/**
 * AugMix: mixes an image with the results of several short chains of operations.
 *
 *     out = (1 - m) · image + m · Σ_i w_i · chain_i(image),   w ~ Dirichlet(1, …, 1), m ~ Beta(1, 1)
 *
 * @param images RGB bytes, [batch, height, width, 3]: in ordinary memory, or ByteImages on the device; the official
 *               code crops and flips them before
 * @param options.seed, options.epoch, options.samples  name the random streams
 * @returns UnitImages, same shape; the caller disposes them. Labels stay
 *
 * Convention: for the consistency loss make views 0 and 1 (`view`), and give their logits and those of the images
 * to {@link jensenShannon}.
 * Randomness: see {@link drawAugMix}.
 * Gradient:   none.
 *
 * @throws {ShapeError} if the images are not RGB or samples are not one for each
 * @throws {ValueError} if an option is outside its range
 *
 * @see Hendrycks et al., AugMix, ICLR 2020, https://arxiv.org/abs/1912.02781.
 *      Differs from the official code in: random streams; translations of non-square images; normalisation after
 *      mixing, which is equal. See the README.
 */
export function augMix(images: PixelBatch | ByteImages, options: AugMixOptions): UnitImages {
  assertRgbBytes("augMix", images);
  return applyAugMix(images, drawAugMix(images.shape, options));
}
