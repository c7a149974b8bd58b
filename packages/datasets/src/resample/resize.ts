import { show, ValueError } from "@apr-kit/contracts";
import { axisWeights } from "./axisWeights.ts";
import { type Interpolation, interpolations } from "./filters.ts";
import { assertImagePixels, type ImagePixels } from "./imagePixels.ts";
import { resamplePlainly } from "./resamplePlainly.ts";
import { resampleVectors } from "./resampleVectors.ts";
import { resizeNearest } from "./resizeNearest.ts";

/** A rectangle of whole pixels. */
export interface PixelWindow {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

export interface ResizeOptions {
  readonly height: number;
  readonly width: number;
  /** Default "bilinear". */
  readonly interpolation?: Interpolation;
  /** The part of the image that is stretched to the whole result, fractions allowed; default all of it. */
  readonly box?: readonly [left: number, top: number, right: number, bottom: number];
  /** The part of the result that is wanted; nothing else is computed. Default all of it. */
  readonly window?: PixelWindow;
}

/**
 * Resizes an image exactly as Pillow's `Image.resize` does: the same bytes.
 *
 * @param image bytes, [height, width, channel]; every channel by itself, as in Pillow's modes L and RGB
 * @returns a new image of the size of `window`, else of `height` × `width`
 *
 * Convention: rows first, then columns, with a rounding to bytes between the two; weights in fixed point;
 * antialiased when the image shrinks ("nearest" is not). Images over 100 times as high as wide that get lower go
 * through columns first, as in Pillow 12. A box beyond single precision is rounded to it.
 * Cost: O(output pixels · taps) for each pass.
 *
 * @throws {ShapeError} if the image's bytes do not fit its shape
 * @throws {ValueError} if a size, the box, the window or the interpolation is impossible
 * @example
 * resize({ data: Uint8Array.of(0, 90, 255), shape: [1, 3, 1] }, { height: 1, width: 2 }).data; // 34, 193
 *
 * @see Pillow 12, src/libImaging/Resample.c and Geometry.c. Differs from it in: nothing.
 */
export function resize(image: ImagePixels, options: ResizeOptions): ImagePixels {
  assertImagePixels("resize", image);
  const { height, width, interpolation = "bilinear" } = options;
  assertOptions(image, options);
  const [inHeight, inWidth] = image.shape;
  const box = (options.box ?? [0, 0, inWidth, inHeight]).map(Math.fround) as unknown as Box;
  const window = options.window ?? { top: 0, left: 0, height, width };
  const isTall = inHeight > inWidth * TALL && height < inHeight;
  if (!isTall) return resample(image, { height, width, interpolation, box, window });
  const [left, top, right, bottom] = box;
  const low = resample(image, {
    height,
    width: inWidth,
    interpolation,
    box: [0, top, inWidth, bottom],
    window: { top: 0, left: 0, height, width: inWidth },
  });
  const flatBox: Box = [left, 0, right, height];
  return resample(low, { height, width, interpolation, box: flatBox, window });
}

type Box = readonly [left: number, top: number, right: number, bottom: number];

/** From this ratio of height to width on, Pillow shrinks columns before rows. */
const TALL = 100;

function resample(
  image: ImagePixels,
  { height, width, interpolation, box, window }: Required<ResizeOptions>,
): ImagePixels {
  const [inHeight, inWidth, channel] = image.shape;
  const [left, top, right, bottom] = box;
  if (interpolation === "nearest") {
    return resizeNearest(image, { height, width, box, window });
  }
  const rows = axisWeights({
    filter: interpolation,
    inSize: inHeight,
    span: [top, bottom],
    outSize: height,
    start: window.top,
    end: window.top + window.height,
  });
  const columns = axisWeights({
    filter: interpolation,
    inSize: inWidth,
    span: [left, right],
    outSize: width,
    start: window.left,
    end: window.left + window.width,
  });
  const data = resampleVectors(image, rows, columns) ?? resamplePlainly(image, rows, columns);
  return { data, shape: [window.height, window.width, channel] };
}

function assertOptions(
  { shape: [inHeight, inWidth] }: ImagePixels,
  { height, width, interpolation = "bilinear", box, window }: ResizeOptions,
): void {
  for (const [name, side] of Object.entries({ height, width })) {
    if (Number.isInteger(side) && side >= 1 && side < 2 ** 24) continue;
    throw refused(`${name} to be an integer in [1, 2^24)`, side);
  }
  if (!interpolations.includes(interpolation)) {
    throw refused(`interpolation to be one of ${interpolations.join(", ")}`, interpolation);
  }
  if (box !== undefined) {
    const [left, top, right, bottom] = box;
    const isInside = left >= 0 && top >= 0 && right <= inWidth && bottom <= inHeight;
    if (!(isInside && left < right && top < bottom)) {
      throw refused(`box to be a part of the ${inWidth}×${inHeight} image`, box);
    }
  }
  if (window !== undefined) {
    const { top, left, height: rows, width: columns } = window;
    const isWhole = [top, left, rows, columns].every(Number.isInteger);
    const isInside = top >= 0 && left >= 0 && top + rows <= height && left + columns <= width;
    if (!(isWhole && isInside && rows >= 1 && columns >= 1)) {
      throw refused(`window to be a part of the ${width}×${height} result`, window);
    }
  }
}

function refused(expected: string, actual: unknown): ValueError {
  return new ValueError("resize", { expected, actual: show(actual) });
}
