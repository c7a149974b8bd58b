import { assertImages } from "@apr-kit/contracts";
import type { Tensor4D } from "@tensorflow/tfjs-core";
import { type ApplyAprPairOptions, applyAprPair } from "./applyAprPair.ts";
import { type AprPairDrawOptions, drawAprPair } from "./drawAprPair.ts";

export type AprPairOptions = AprPairDrawOptions & ApplyAprPairOptions;

export interface AprPairResult<TImages extends Tensor4D = Tensor4D> {
  /** [batch, height, width, channel]; label i belongs to image i. */
  readonly mixed: TImages;
  /** False when the gate was closed for the whole batch: `mixed` then equals the images. */
  readonly isMixed: boolean;
  /** partners[i] is the place in the batch of the image that gave its amplitude to image i. */
  readonly partners: Int32Array;
}

/**
 * APR-P: joins the amplitude of another image of the batch to each image's own phase.
 *
 *     mixed[i] = IFFT(|FFT(images[partners[i]])| · exp(i · arg FFT(images[i])))
 *
 * @param images [batch, height, width, channel], float32; the official CIFAR code takes [0, 1] before
 *               normalisation, its ImageNet code normalised images (probability 0.5)
 * @param options.seed, options.epoch, options.samples  name the random streams
 * @returns mixed images, which the caller disposes, and what was drawn. Labels follow the phase, hence
 *          stay. Without `clip`, a few percent of the values leave the range of `images`
 *
 * Convention: the official loss is the sum of the mean losses of `images` and of `mixed`, in one forward
 * pass over both. When `isMixed` is false both halves are equal, so a trainer may pass one and double its
 * loss (not with dropout).
 * Randomness: see {@link drawAprPair}.
 * Gradient:   flows to `images`, through both roles.
 *
 * @throws {ShapeError} if images are not four-dimensional or samples are not one for each
 * @throws {ValueError} if an option is outside its range
 *
 * @see Chen et al., Amplitude-Phase Recombination, ICCV 2021, §3.3, APR-P.
 *      Differs from the official code in: random streams. See the README.
 */
export function aprPair<TImages extends Tensor4D>(
  images: TImages,
  options: AprPairOptions,
): AprPairResult<TImages> {
  assertImages("aprPair", images);
  const draw = drawAprPair(images.shape[0], options);
  const mixed = applyAprPair(images, draw, options);
  return { mixed, isMixed: draw.isRecombined.includes(true), partners: draw.partners };
}
