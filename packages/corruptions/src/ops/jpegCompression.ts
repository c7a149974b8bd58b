import type { SquareImage } from "../squareImage.ts";

export interface JpegCompressionParameters {
  /** libjpeg quality, 1 to 100. */
  readonly quality: number;
}

/**
 * Writes a baseline JPEG with halved colour resolution and reads it back.
 *
 * Convention: sharp's defaults give the bytes of Pillow's `save(quality=q)`. Needs Node; every other
 *             corruption runs in a browser as well.
 */
export async function jpegCompression(
  { data, side }: SquareImage,
  { quality }: JpegCompressionParameters,
): Promise<Uint8Array> {
  const { default: sharp } = await import("sharp");
  const raw = { width: side, height: side, channels: 3 } as const;
  const encoded = await sharp(data, { raw }).jpeg({ quality }).toBuffer();
  return sharp(encoded).raw().toBuffer();
}
