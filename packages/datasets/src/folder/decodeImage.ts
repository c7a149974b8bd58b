import { ValueError } from "@apr-kit/contracts";
import sharp, { type Sharp } from "sharp";
import type { ImagePixels } from "../resample/imagePixels.ts";
import { type ImageHeader, sniffImage } from "./sniffImage.ts";

export interface DecodeOptions {
  /** Images of more pixels are refused before they are decoded; default 178,956,970, as Pillow does. */
  readonly maxPixels?: number;
}

/** Pillow's limit: twice a quarter of a gibibyte of three-byte pixels. */
export const MAX_PIXELS = 178_956_970;

/**
 * Decodes a JPEG, PNG or WebP file to exactly what Pillow's `Image.open(file).convert("RGB")` gives.
 *
 * @param bytes a whole file; what it is called does not matter
 * @returns [height, width, 3], the stored orientation (EXIF is not applied, as in torchvision)
 *
 * Convention: colour profiles and gamma are not applied. Transparency is dropped, not blended. CMYK is taken as
 * inverted, the way Adobe's programs write it. 16-bit colours keep their upper byte; 16-bit grey values are
 * clipped to 255, which is what Pillow does.
 *
 * @throws {ValueError} if the bytes are of another format, damaged, truncated, or the image is too large
 */
export async function decodeImage(
  bytes: Uint8Array,
  { maxPixels = MAX_PIXELS }: DecodeOptions = {},
): Promise<ImagePixels> {
  const header = sniffImage(bytes);
  if (header === undefined) throw refused(`${bytes.length} bytes of something else`);
  const { height, width } = header;
  if (height * width > maxPixels) {
    throw refused(`${width}×${height} pixels, more than the ${maxPixels} allowed`);
  }
  try {
    const image = sharp(bytes, {
      ignoreIcc: true,
      failOn: "truncated",
      limitInputPixels: maxPixels,
    });
    return await decoders[header.colour](image, header);
  } catch (cause) {
    throw refused(`a damaged ${header.format} (${reasonOf(cause)})`, cause);
  }
}

type Decoder = (image: Sharp, header: ImageHeader) => Promise<ImagePixels>;

const decoders: Readonly<Record<ImageHeader["colour"], Decoder>> = {
  async other(image) {
    const { data, info } = await image.removeAlpha().raw().toBuffer({ resolveWithObject: true });
    return pixelsOf(info, asBytes(data));
  },
  async cmyk(image) {
    const inks = image.pipelineColourspace("cmyk").toColourspace("cmyk").raw();
    const { data, info } = await inks.toBuffer({ resolveWithObject: true });
    return pixelsOf(info, fromInks(data));
  },
  async grey16(image) {
    const values = image.toColourspace("grey16").raw({ depth: "ushort" });
    const { data, info } = await values.toBuffer({ resolveWithObject: true });
    return pixelsOf(info, fromWideGrey(data, info.channels));
  },
};

function pixelsOf(
  { height, width }: { readonly height: number; readonly width: number },
  data: Uint8Array,
): ImagePixels {
  if (data.length !== height * width * 3) {
    throw new Error(`internal: ${data.length} bytes for ${width}×${height}`);
  }
  return { data, shape: [height, width, 3] };
}

/** Paper shows through what the inks leave: (1 - ink) · (1 - black), in Pillow's integers. */
function fromInks(inks: Uint8Array): Uint8Array {
  const pixels = inks.length / 4;
  const out = new Uint8Array(pixels * 3);
  for (let i = 0; i < pixels; i++) {
    const light = 255 - (inks[4 * i + 3] as number);
    for (let c = 0; c < 3; c++) {
      const product = (inks[4 * i + c] as number) * light + 128;
      out[3 * i + c] = Math.max(0, light - (((product >> 8) + product) >> 8));
    }
  }
  return out;
}

function fromWideGrey(data: Buffer, channels: number): Uint8Array {
  const pixels = data.length / (2 * channels);
  const out = new Uint8Array(pixels * 3);
  for (let i = 0; i < pixels; i++) {
    out.fill(Math.min(data.readUInt16LE(2 * channels * i), 255), 3 * i, 3 * i + 3);
  }
  return out;
}

function asBytes(data: Buffer): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.length);
}

function refused(actual: string, cause?: unknown): ValueError {
  return new ValueError("decodeImage", {
    expected: "a whole JPEG, PNG or WebP file",
    actual,
    cause,
  });
}

function reasonOf(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).split("\n")[0] as string;
}
