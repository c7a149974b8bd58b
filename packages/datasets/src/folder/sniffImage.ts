/** What the first bytes of an image file say. */
export interface ImageHeader {
  readonly format: "jpeg" | "png" | "webp";
  readonly height: number;
  readonly width: number;
  /** "grey16": 16-bit grey of a PNG without transparency, which Pillow treats in its own way. */
  readonly colour: "cmyk" | "grey16" | "other";
}

/**
 * Reads format and size from the first bytes of a JPEG, PNG or WebP file, whatever the file is called.
 *
 * @returns undefined if the bytes are of none of these formats, or end before the size
 */
export function sniffImage(bytes: Uint8Array): ImageHeader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (startsWith(bytes, [0xff, 0xd8, 0xff])) return jpegHeader(view);
  if (startsWith(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return pngHeader(view);
  const isRiff = startsWith(bytes, [...Buffer.from("RIFF")]);
  return isRiff && textAt(view, 8) === "WEBP" ? webpHeader(view) : undefined;
}

/** Walks the segments up to the frame header; ITU-T T.81, B.1.1. */
function jpegHeader(view: DataView): ImageHeader | undefined {
  let at = 2;
  while (at + 4 <= view.byteLength) {
    if (view.getUint8(at) !== 0xff) return undefined;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at += 1; // fill byte
      continue;
    }
    const hasNoLength = marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
    if (hasNoLength) {
      at += 2;
      continue;
    }
    if (marker === 0xd9 || marker === 0xda) return undefined; // pixels without a frame header
    if (isFrameHeader(marker)) {
      if (at + 10 > view.byteLength) return undefined;
      const [height, width] = [view.getUint16(at + 5), view.getUint16(at + 7)];
      const colour = view.getUint8(at + 9) === 4 ? "cmyk" : "other";
      return { format: "jpeg", height, width, colour };
    }
    at += 2 + Math.max(view.getUint16(at + 2), 2);
  }
  return undefined;
}

/** SOF0 to SOF15 without DHT, JPG and DAC, which share their range. */
function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

function pngHeader(view: DataView): ImageHeader | undefined {
  if (view.byteLength < 26 || textAt(view, 12) !== "IHDR") return undefined;
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  const isGrey16 = view.getUint8(24) === 16 && view.getUint8(25) === 0;
  return { format: "png", height, width, colour: isGrey16 ? "grey16" : "other" };
}

/** @see RFC 9649 */
function webpHeader(view: DataView): ImageHeader | undefined {
  if (view.byteLength < 30) return undefined;
  const header = { format: "webp", colour: "other" } as const;
  const chunk = textAt(view, 12);
  if (chunk === "VP8X") {
    const uint24 = (at: number) => view.getUint16(at, true) + (view.getUint8(at + 2) << 16);
    return { ...header, width: uint24(24) + 1, height: uint24(27) + 1 };
  }
  if (chunk === "VP8L") {
    const bits = view.getUint32(21, true);
    return { ...header, width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  if (chunk !== "VP8 ") return undefined;
  const side = (at: number) => view.getUint16(at, true) & 0x3fff;
  return { ...header, width: side(26), height: side(28) };
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, index) => bytes[index] === byte);
}

/** Four characters, or fewer at the end. */
function textAt(view: DataView, at: number): string {
  const end = Math.min(at + 4, view.byteLength);
  let text = "";
  for (let i = at; i < end; i++) text += String.fromCharCode(view.getUint8(i));
  return text;
}
