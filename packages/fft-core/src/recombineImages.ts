import { assertImages } from "@apr-kit/contracts";
import { engine, type NamedTensorMap, type Tensor, type Tensor4D } from "@tensorflow/tfjs-core";
import { assertSameShape, assertSides } from "./complexPair.ts";
import { RECOMBINE_IMAGES } from "./kernels/names.ts";
import "./kernels/register.ts";
import { recombinedAxes } from "./recombinedAxes.ts";

export interface RecombineImagesOptions {
  /**
   * "spatialAndChannel": one 3-D transform over height, width and channel, as the code of the APR paper.
   * "spatial": a 2-D transform of each channel.
   */
  readonly axes: "spatialAndChannel" | "spatial";
}

/**
 * Builds images with the amplitude spectrum of some images and the phase spectrum of others.
 *
 *     out = IDFT(|DFT(amplitudeFrom)| · exp(i · arg(DFT(phaseFrom))))
 *
 * @param amplitudeFrom [batch, height, width, channel], float32, any value range
 * @param phaseFrom     same shape; the results look like these, and keep their labels
 * @param options.axes  what is transformed; the two choices give very different images
 * @returns images, same shape; they may leave the range of the inputs; the caller disposes them
 *
 * Convention: nothing is clipped. arg(0) = 0: where phaseFrom has no energy, the amplitude enters with
 * phase 0. Where it has none but for rounding (a flat image, say), the phase is arbitrary.
 * Gradient:   flows to both; none to `phaseFrom` at frequencies where its spectrum is 0, none to
 *             `amplitudeFrom` where its own is.
 * Cost:       three real transforms, on the device, without trigonometry.
 *
 * @throws {ShapeError} if the shapes differ, are not of rank 4, or have an empty side
 * @throws {ValueError} if a dtype is not float32 or `axes` is not one of its two names
 * @example
 * recombineImages(partners, images, { axes: "spatialAndChannel" }); // the images of APR-P, all mixed
 *
 * @see Chen et al., Amplitude-Phase Recombination, ICCV 2021. https://arxiv.org/abs/2108.08487
 *      Differs from the reference code (iCGY96/APR, core/train.py) in: half spectra, and no angle or
 *      exponential; the same values up to rounding.
 */
export function recombineImages(
  amplitudeFrom: Tensor4D,
  phaseFrom: Tensor4D,
  { axes }: RecombineImagesOptions,
): Tensor4D {
  assertImages("recombineImages", amplitudeFrom);
  assertImages("recombineImages", phaseFrom);
  assertSameShape("recombineImages", ["amplitudeFrom", amplitudeFrom], ["phaseFrom", phaseFrom]);
  assertSides("recombineImages", "images", phaseFrom);
  const inputs = { amplitudeFrom, phaseFrom } as unknown as NamedTensorMap;
  const outputs: Tensor[] = engine().runKernel(RECOMBINE_IMAGES, inputs, {
    axes: recombinedAxes("recombineImages", axes, phaseFrom.shape[3]),
  });
  return outputs[0] as Tensor4D;
}
