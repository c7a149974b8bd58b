import { boxResize } from "../kernels/boxResize.ts";
import type { SquareImage } from "../squareImage.ts";

export interface PixelateParameters {
  /** Side of the small image as a fraction of the side, truncated to whole pixels. */
  readonly scale: number;
}

/** Shrinks with the box filter and grows back, so that blocks show. */
export function pixelate({ data, side }: SquareImage, { scale }: PixelateParameters): Uint8Array {
  const smallSide = Math.trunc(side * scale);
  return boxResize(boxResize(data, side, smallSide), smallSide, side);
}
