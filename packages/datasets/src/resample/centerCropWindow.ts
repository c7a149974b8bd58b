import type { PixelWindow } from "./resize.ts";

/** Where a centre crop lies in an image, and where that part lies in the result; black is around it. */
export interface CenterCropWindow {
  /** The part of the image that is kept. */
  readonly window: PixelWindow;
  /** Its place in the result. */
  readonly top: number;
  readonly left: number;
}

/**
 * Places a centre crop of `crop` on an image of `size`, as torchvision's `CenterCrop` does.
 *
 * Convention: an odd margin is split by rounding half to even, so of 3 spare rows 2 are above; an image that
 * is too small is padded with black, the smaller half of an odd padding above and to the left.
 */
export function centerCropWindow(
  [height, width]: readonly [height: number, width: number, ...rest: number[]],
  [cropHeight, cropWidth]: readonly [height: number, width: number],
): CenterCropWindow {
  const rows = alongAxis(height, cropHeight);
  const columns = alongAxis(width, cropWidth);
  return {
    window: { top: rows.from, left: columns.from, height: rows.size, width: columns.size },
    top: rows.to,
    left: columns.to,
  };
}

function alongAxis(size: number, crop: number): { from: number; to: number; size: number } {
  if (crop > size) return { from: 0, to: Math.floor((crop - size) / 2), size };
  return { from: halfToEven((size - crop) / 2), to: 0, size: crop };
}

function halfToEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
