import type { RecombineImagesOptions } from "@apr-kit/fft-core";

/** Axes of the Fourier transform. */
export type Axes = RecombineImagesOptions["axes"];

export const AXES: readonly Axes[] = ["spatialAndChannel", "spatial"];
