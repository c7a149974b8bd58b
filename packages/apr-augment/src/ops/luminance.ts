/**
 * Luminance of a pixel in the fixed-point arithmetic of Pillow's conversion to mode "L".
 *
 *     (19595 R + 38470 G + 7471 B + 2^15) / 2^16, rounded down
 *
 * @see ITU-R BT.601 weights 0.299, 0.587, 0.114, scaled by 2^16.
 */
export function luminance(red: number, green: number, blue: number): number {
  return (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
}

/** Mean luminance of RGB bytes. */
export function meanLuminance(pixels: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < pixels.length; i += 3) {
    sum += luminance(pixels[i] as number, pixels[i + 1] as number, pixels[i + 2] as number);
  }
  return sum / (pixels.length / 3);
}
