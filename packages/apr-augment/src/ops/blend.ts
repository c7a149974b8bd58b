import { blendByte } from "./blendByte.ts";
import { luminance } from "./luminance.ts";
import type { BlendDraw, ImageSize } from "./opDraw.ts";

const CHANNELS = 3;

/**
 * Blends one RGB image with its luminance ("color") or with its smoothing ("sharpness").
 *
 * @param source bytes, [height, width, channel]
 * @param target bytes of the same length, written; another array than source
 *
 * Convention: as Pillow 12, ImageEnhance.Color and ImageEnhance.Sharpness.
 */
export function blend(
  source: Uint8Array,
  target: Uint8Array,
  size: ImageSize,
  draw: BlendDraw,
): void {
  if (draw.op === "color") desaturate(source, target);
  else smooth(source, target, size);
  for (let i = 0; i < source.length; i++) {
    target[i] = blendByte(target[i] as number, source[i] as number, draw.factor);
  }
}

function desaturate(source: Uint8Array, target: Uint8Array): void {
  for (let i = 0; i < source.length; i += CHANNELS) {
    const grey = luminance(source[i] as number, source[i + 1] as number, source[i + 2] as number);
    target.fill(grey, i, i + CHANNELS);
  }
}

/** Weights 5/13 for the pixel and 1/13 for its eight neighbours, rounded; the border is copied. */
function smooth(source: Uint8Array, target: Uint8Array, { height, width }: ImageSize): void {
  const stride = width * CHANNELS;
  target.set(source);
  for (let y = 1; y < height - 1; y++) {
    for (let i = y * stride + CHANNELS; i < (y + 1) * stride - CHANNELS; i++) {
      const rows = rowSum(source, i - stride) + rowSum(source, i) + rowSum(source, i + stride);
      target[i] = (rows + 4 * (source[i] as number)) / 13 + 0.5;
    }
  }
}

function rowSum(source: Uint8Array, i: number): number {
  return (
    (source[i - CHANNELS] as number) + (source[i] as number) + (source[i + CHANNELS] as number)
  );
}
