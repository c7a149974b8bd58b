import { jpegRoundTrip } from "../jpeg/jpegRoundTrip.ts";
import type { SquareImage } from "../squareImage.ts";

export interface JpegCompressionParameters {
  /** libjpeg quality, 1 to 100. */
  readonly quality: number;
}

/** What is left of the image after Pillow's `save(quality=q)` and back; see {@link jpegRoundTrip}. */
export function jpegCompression(
  { data, side }: SquareImage,
  { quality }: JpegCompressionParameters,
): Uint8Array {
  return jpegRoundTrip(data, side, quality);
}
