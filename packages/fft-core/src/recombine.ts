import { assertSameShape, assertSpectrum, type ComplexPair } from "./complexPair.ts";
import "./kernels/register.ts";
import { recombineSpectra } from "./kernels/transforms.ts";

/**
 * Joins the amplitude of one spectrum to the phase of another.
 *
 *     out = |amplitudeFrom| · exp(i · arg(phaseFrom)),   element by element
 *
 * @param amplitudeFrom spectrum, [batch, height, width, channel], full or half, any norm
 * @param phaseFrom     spectrum, same shape
 * @returns spectrum, same shape and amplitude unit; the caller disposes both parts
 *
 * Convention: arg(0) = 0, as in numpy.angle. The order of frequencies is not inspected: shifted and
 * unshifted, half and full spectra all work, if both arguments are of the same kind.
 * Gradient:   flows to both; none to `phaseFrom` where it is 0, none to `amplitudeFrom` where it is 0.
 *
 * @throws {ShapeError} if the shapes differ
 * @example
 * recombine(rfft2(donor), rfft2(images)); // spectrum of images that look like `images`
 *
 * @see Chen et al., Amplitude-Phase Recombination, ICCV 2021, §3. https://arxiv.org/abs/2108.08487
 */
export function recombine(amplitudeFrom: ComplexPair, phaseFrom: ComplexPair): ComplexPair {
  assertSpectrum("recombine", "amplitudeFrom", amplitudeFrom);
  assertSpectrum("recombine", "phaseFrom", phaseFrom);
  assertSameShape("recombine", ["amplitudeFrom", amplitudeFrom.re], ["phaseFrom", phaseFrom.re]);
  return recombineSpectra(amplitudeFrom, phaseFrom);
}
