import { assertImages, ShapeError, show, ValueError } from "@apr-kit/contracts";
import { engine, type NamedTensorMap, type Tensor, type Tensor4D } from "@tensorflow/tfjs-core";
import { assertSides } from "./complexPair.ts";
import { RECOMBINE_WITHIN } from "./kernels/names.ts";
import "./kernels/register.ts";
import { recombinedAxes } from "./recombinedAxes.ts";
import type { RecombineImagesOptions } from "./recombineImages.ts";

export interface RecombineWithinOptions extends RecombineImagesOptions {
  /** partners[i] is the place in the batch of the image that gives its amplitude to image i. */
  readonly partners: ArrayLike<number>;
}

/**
 * Builds images with the amplitude spectra of others of the same batch, each keeping its own phase.
 *
 *     out[i] = IDFT(|DFT(images[partners[i]])| · exp(i · arg(DFT(images[i]))))
 *
 * The same as recombineImages(gather(images, partners), images, { axes }) up to rounding, with one forward
 * transform in place of two: the DFT of a gathered batch is the gathered DFT.
 *
 * @param images           [batch, height, width, channel], float32, any value range
 * @param options.partners places in the batch, one for each image; repeated ones are fine
 * @param options.axes     as recombineImages
 * @returns images, same shape; the caller disposes them
 *
 * Convention: as recombineImages.
 * Gradient:   flows to `images` through both roles.
 * Cost:       two real transforms.
 *
 * @throws {ShapeError} if images are not of rank 4 or have an empty side, or partners are not one for each
 * @throws {ValueError} if a partner is not a place in the batch, the dtype not float32, or `axes` unknown
 * @example
 * recombineWithin(images, { partners: [1, 0], axes: "spatial" }); // two images swap amplitudes
 */
export function recombineWithin(
  images: Tensor4D,
  { partners, axes }: RecombineWithinOptions,
): Tensor4D {
  assertImages("recombineWithin", images);
  assertSides("recombineWithin", "images", images);
  const batch = images.shape[0];
  if (partners.length !== batch) {
    throw new ShapeError("recombineWithin", {
      expected: `partners of length ${batch}, one for each image`,
      actual: show(partners.length),
    });
  }
  const places = Array.from(partners);
  for (const place of places) {
    if (Number.isInteger(place) && place >= 0 && place < batch) continue;
    throw new ValueError("recombineWithin", {
      expected: `partners to be integers in [0, ${batch})`,
      actual: show(place),
    });
  }
  const inputs = { images } as unknown as NamedTensorMap;
  const attrs = {
    axes: recombinedAxes("recombineWithin", axes, images.shape[3]),
    partners: places,
  };
  const outputs: Tensor[] = engine().runKernel(RECOMBINE_WITHIN, inputs, attrs);
  return outputs[0] as Tensor4D;
}
