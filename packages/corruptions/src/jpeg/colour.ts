/** One component of an image: bytes, [height, width]. */
export interface Plane {
  readonly data: Uint8Array;
  readonly height: number;
  readonly width: number;
}

const BITS = 16;
const HALF = 2 ** (BITS - 1);
const CENTRE = 128 * 2 ** BITS;

/**
 * Splits RGB into luma and the two chroma planes, in libjpeg's 16-bit fixed point.
 *
 * @param bytes [side, side, 3]
 * @param width ≥ side; columns beyond the image repeat its last one, rows beyond it its last row
 *
 * @see JFIF 1.02; libjpeg, jccolor.c
 */
export function yccFromRgb(bytes: Uint8Array, side: number, width: number, height: number) {
  const luma = new Uint8Array(width * height);
  const blue = new Uint8Array(width * height);
  const red = new Uint8Array(width * height);
  for (let y = 0, to = 0; y < height; y++) {
    const row = Math.min(y, side - 1) * side;
    for (let x = 0; x < width; x++, to++) {
      const from = (row + Math.min(x, side - 1)) * 3;
      const r = bytes[from]!;
      const g = bytes[from + 1]!;
      const b = bytes[from + 2]!;
      luma[to] = (19595 * r + 38470 * g + 7471 * b + HALF) >> BITS;
      blue[to] = (-11059 * r - 21709 * g + 32768 * b + CENTRE + HALF - 1) >> BITS;
      red[to] = (32768 * r - 27439 * g - 5329 * b + CENTRE + HALF - 1) >> BITS;
    }
  }
  const plane = (data: Uint8Array): Plane => ({ data, height, width });
  return { luma: plane(luma), blue: plane(blue), red: plane(red) };
}

/**
 * Joins luma and chroma planes to RGB; planes may be larger than the image.
 *
 * @returns [side, side, 3]
 *
 * @see libjpeg, jdcolor.c
 */
export function rgbFromYcc(luma: Plane, blue: Plane, red: Plane, side: number): Uint8Array {
  const out = new Uint8ClampedArray(side * side * 3);
  for (let y = 0, to = 0; y < side; y++) {
    for (let x = 0; x < side; x++, to += 3) {
      const light = luma.data[y * luma.width + x]!;
      const cb = blue.data[y * blue.width + x]! - 128;
      const cr = red.data[y * red.width + x]! - 128;
      out[to] = light + ((91881 * cr + HALF) >> BITS);
      out[to + 1] = light + ((-22554 * cb - 46802 * cr + HALF) >> BITS);
      out[to + 2] = light + ((116130 * cb + HALF) >> BITS);
    }
  }
  return new Uint8Array(out.buffer);
}
