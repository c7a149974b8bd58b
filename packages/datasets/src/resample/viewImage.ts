import { show, ValueError } from "@apr-kit/contracts";
import { centerCropWindow } from "./centerCropWindow.ts";
import type { Interpolation } from "./filters.ts";
import type { ImagePixels } from "./imagePixels.ts";
import { type PixelWindow, resize } from "./resize.ts";
import { shortSideSize } from "./shortSideSize.ts";

/**
 * How an image of any size becomes one of a fixed size. Plain data.
 *
 * `resize`: a number is the length of the shorter side, a pair is [height, width] whatever the proportions;
 * left out, nothing is scaled. `crop`: side of the centre crop, or its [height, width]; left out, nothing is cut.
 */
export interface ImageView {
  readonly resize?: number | readonly [height: number, width: number];
  readonly crop?: number | readonly [height: number, width: number];
  /** Default "bilinear". */
  readonly interpolation?: Interpolation;
}

/**
 * Scales and crops an image as torchvision's `Resize` and `CenterCrop` do one after the other on a Pillow image.
 *
 * Convention: only the pixels that the crop keeps are computed, to the same bytes.
 *
 * @throws {ValueError} if the view asks for a side below 1
 * @example
 * viewImage(photograph, { resize: 256, crop: 224 }); // the usual evaluation of ImageNet
 */
export function viewImage(image: ImagePixels, view: ImageView): ImagePixels {
  const [height, width] = scaledSize(image.shape, view);
  if (view.crop === undefined) {
    return scaled(image, view, [height, width], { top: 0, left: 0, height, width });
  }
  const crop = typeof view.crop === "number" ? ([view.crop, view.crop] as const) : view.crop;
  for (const side of crop) assertSide("crop", side);
  const { window, top, left } = centerCropWindow([height, width], crop);
  const part = scaled(image, view, [height, width], window);
  if (window.height === crop[0] && window.width === crop[1]) return part;
  return onBlack(part, crop, [top, left]);
}

function scaledSize(
  { 0: height, 1: width }: ImagePixels["shape"],
  { resize: wanted }: ImageView,
): readonly [height: number, width: number] {
  if (wanted === undefined) return [height, width];
  if (typeof wanted === "number") return shortSideSize([height, width], wanted);
  for (const side of wanted) assertSide("resize", side);
  return wanted;
}

function scaled(
  image: ImagePixels,
  { interpolation = "bilinear" }: ImageView,
  [height, width]: readonly [number, number],
  window: PixelWindow,
): ImagePixels {
  if (height === image.shape[0] && width === image.shape[1]) return cut(image, window);
  return resize(image, { height, width, interpolation, window });
}

function cut({ data, shape }: ImagePixels, window: PixelWindow): ImagePixels {
  const [height, width, channel] = shape;
  if (window.height === height && window.width === width) return { data, shape };
  const rowBytes = window.width * channel;
  const out = new Uint8Array(window.height * rowBytes);
  for (let y = 0; y < window.height; y++) {
    const from = ((window.top + y) * width + window.left) * channel;
    out.set(data.subarray(from, from + rowBytes), y * rowBytes);
  }
  return { data: out, shape: [window.height, window.width, channel] };
}

function onBlack(
  { data, shape: [height, width, channel] }: ImagePixels,
  [outHeight, outWidth]: readonly [number, number],
  [top, left]: readonly [number, number],
): ImagePixels {
  const out = new Uint8Array(outHeight * outWidth * channel);
  const rowBytes = width * channel;
  for (let y = 0; y < height; y++) {
    const row = data.subarray(y * rowBytes, (y + 1) * rowBytes);
    out.set(row, ((top + y) * outWidth + left) * channel);
  }
  return { data: out, shape: [outHeight, outWidth, channel] };
}

function assertSide(name: string, side: number): void {
  if (Number.isInteger(side) && side >= 1) return;
  throw new ValueError("viewImage", {
    expected: `${name} to be an integer ≥ 1`,
    actual: show(side),
  });
}
