/** @file Resizing and cropping alone: no dependency on Node, so that browsers can have it. */
export { type CenterCropWindow, centerCropWindow } from "./centerCropWindow.ts";
export { type Interpolation, interpolations } from "./filters.ts";
export type { ImagePixels } from "./imagePixels.ts";
export { type PixelWindow, type ResizeOptions, resize } from "./resize.ts";
export { shortSideSize } from "./shortSideSize.ts";
export { type ImageView, viewImage } from "./viewImage.ts";
