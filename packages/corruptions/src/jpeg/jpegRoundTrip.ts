import { doubleFancy, halve } from "./chroma.ts";
import { type Plane, rgbFromYcc, yccFromRgb } from "./colour.ts";
import { quantizePlane } from "./quantizePlane.ts";
import { quantTable } from "./quantTable.ts";

/**
 * The bytes that come back from a JPEG, without making one: entropy coding loses nothing, so only the
 * steps that do are taken.
 *
 * @param bytes   [side, side, 3], RGB
 * @param quality libjpeg quality, 1 to 100
 * @returns a new array, same shape
 *
 * Convention: baseline, chroma halved along both axes (4:2:0), accurate integer transforms, triangle
 *             filter on the way back: libjpeg-turbo's defaults, bit for bit.
 *
 * @see ITU-T T.81; libjpeg-turbo
 */
export function jpegRoundTrip(bytes: Uint8Array, side: number, quality: number): Uint8Array {
  const even = side + (side % 2);
  const width = 16 * Math.ceil(side / 16);
  const { luma, blue, red } = yccFromRgb(bytes, side, width, even);
  const lumaSteps = quantTable("luminance", quality);
  const chromaSteps = quantTable("chrominance", quality);
  const chroma = (plane: Plane) =>
    doubleFancy(quantizePlane(wholeBlocks(halve(plane)), chromaSteps), even / 2);
  return rgbFromYcc(quantizePlane(wholeBlocks(luma), lumaSteps), chroma(blue), chroma(red), side);
}

/** Repeats the last row until the height is a multiple of 8. */
function wholeBlocks({ data, height, width }: Plane): Plane {
  const newHeight = 8 * Math.ceil(height / 8);
  if (newHeight === height) return { data, height, width };
  const out = new Uint8Array(newHeight * width);
  out.set(data);
  const last = data.subarray((height - 1) * width);
  for (let y = height; y < newHeight; y++) out.set(last, y * width);
  return { data: out, height: newHeight, width };
}
