/** {re, im} → [re, im]: complex transform along `axes`. */
export const COMPLEX_FFT = "AprComplexFft";
/** {x} → [re, im]: half spectrum of a real tensor; the last of `axes` is halved. */
export const REAL_FFT = "AprRealFft";
/** {re, im} → [x]: inverse of REAL_FFT. */
export const INVERSE_REAL_FFT = "AprInverseRealFft";
/** {amplitudeRe, amplitudeIm, phaseRe, phaseIm} → [re, im], element by element; no attributes. */
export const RECOMBINE = "AprRecombine";
/** {amplitudeFrom, phaseFrom} → [images]: real transforms, RECOMBINE and the inverse in one. */
export const RECOMBINE_IMAGES = "AprRecombineImages";
/** {images} → [images]: RECOMBINE_IMAGES of images[partners] and images, with one forward transform. */
export const RECOMBINE_WITHIN = "AprRecombineWithin";

// Type aliases, not interfaces: only those fit the index signature of the kernel registry.

/** `axes` of every kernel: what is transformed of [batch, height, width, channel]; here [1, 2] or [1, 2, 3]. */
export type RecombineImagesAttrs = { axes: number[] };

/** partners[i]: whose amplitude image i takes. */
export type RecombineWithinAttrs = { axes: number[]; partners: number[] };

/** `axes`: any of [batch, height, width, channel], in any order. */
export type ComplexFftAttrs = { axes: number[]; scale: number; inverse: boolean };

/** Of REAL_FFT and of its inverse; any axes. `size`: length of the last of them in the real tensor. */
export type RealFftAttrs = { axes: number[]; scale: number; size: number };
