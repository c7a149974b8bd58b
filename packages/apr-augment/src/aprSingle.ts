import type { ByteImages, PixelBatch } from "@apr-kit/contracts";
import { type ApplyAprSingleOptions, applyAprSingle } from "./applyAprSingle.ts";
import { assertRgbBytes } from "./arguments.ts";
import { type AprSingleDrawOptions, drawAprSingle } from "./drawAprSingle.ts";

export type AprSingleOptions = AprSingleDrawOptions & ApplyAprSingleOptions;

/**
 * APR-S: joins the amplitude of one view of an image to the phase of another view of it.
 *
 *     view1 = op1(image),  view2 = op2(view1)
 *     out   = one of A(view1) P(view2) or A(view2) P(view1), or, half of the time, view1
 *
 * @param images RGB bytes, [batch, height, width, 3]: in ordinary memory, or ByteImages on the device
 * @param options.seed, options.epoch, options.samples  name the random streams
 * @returns ByteImages, [batch, height, width, 3], on the device; the caller disposes them
 *
 * Convention: labels stay. The defaults are the official code's, except that values are clipped and
 * rounded to bytes rather than wrapped. {@link drawAprSingle} tells what is done to which image.
 * Randomness: see {@link drawAprSingle}.
 * Gradient:   none.
 *
 * @throws {ShapeError} if the images are not RGB or samples are not one for each
 * @throws {ValueError} if an option is outside its range
 *
 * @see Chen et al., Amplitude-Phase Recombination, ICCV 2021, §3.3, APR-S.
 *      Differs from the official code in: quantisation (`quantize: "wrap"` restores it); random
 *      streams; translations of non-square images. See the README.
 */
export function aprSingle(images: PixelBatch | ByteImages, options: AprSingleOptions): ByteImages {
  assertRgbBytes("aprSingle", images);
  return applyAprSingle(images, drawAprSingle(images.shape, options), options);
}
