import { blendByte } from "./blendByte.ts";
import { meanLuminance } from "./luminance.ts";
import type { TableDraw } from "./opDraw.ts";

const LEVELS = 256;
const CHANNELS = 3;

/**
 * Builds the table by which an operation maps bytes to bytes.
 *
 *     out[pixel, channel] = table[256 · channel + in[pixel, channel]]
 *
 * @param pixels RGB bytes of one image, [height, width, channel]
 * @returns 768 bytes, [channel, 256]
 *
 * Convention: as Pillow 12. Autocontrast truncates; a channel of one value is left as it is.
 * Equalize leaves channels of one value, and those of so few pixels that a step would be empty, as
 * they are; entries above 255 are clipped.
 *
 * @see Pillow, ImageOps.autocontrast (cutoff 0), equalize, posterize, solarize; ImageEnhance.
 */
export function lookupTable(pixels: Uint8Array, draw: TableDraw): Uint8Array {
  switch (draw.op) {
    case "autocontrast":
      return eachChannel(pixels, stretch);
    case "equalize":
      return eachChannel(pixels, flatten);
    case "posterize": {
      const mask = ~(2 ** (8 - draw.bits) - 1);
      return allChannels((level) => level & mask);
    }
    case "solarize":
      return allChannels((level) => (level < draw.threshold ? level : 255 - level));
    case "contrast": {
      const grey = Math.trunc(meanLuminance(pixels) + 0.5);
      return allChannels((level) => blendByte(grey, level, draw.factor));
    }
    case "brightness":
      return allChannels((level) => blendByte(0, level, draw.factor));
  }
}

function allChannels(value: (level: number) => number): Uint8Array {
  const table = new Uint8Array(CHANNELS * LEVELS);
  for (let level = 0; level < LEVELS; level++) table[level] = value(level);
  table.copyWithin(LEVELS, 0, LEVELS);
  table.copyWithin(2 * LEVELS, 0, LEVELS);
  return table;
}

function eachChannel(
  pixels: Uint8Array,
  write: (part: Uint8Array, counts: Int32Array) => void,
): Uint8Array {
  const table = new Uint8Array(CHANNELS * LEVELS);
  const counts = histograms(pixels);
  for (let start = 0; start < table.length; start += LEVELS) {
    write(table.subarray(start, start + LEVELS), counts.subarray(start, start + LEVELS));
  }
  return table;
}

/** How often each byte occurs in each channel, [channel, 256]. */
function histograms(pixels: Uint8Array): Int32Array {
  const counts = new Int32Array(CHANNELS * LEVELS);
  for (let i = 0; i < pixels.length; i += CHANNELS) {
    for (let channel = 0; channel < CHANNELS; channel++) {
      const entry = channel * LEVELS + (pixels[i + channel] as number);
      counts[entry] = (counts[entry] as number) + 1;
    }
  }
  return counts;
}

/** lowest..highest → 0..255. */
function stretch(table: Uint8Array, counts: Int32Array): void {
  const lowest = counts.findIndex((count) => count > 0);
  const highest = counts.findLastIndex((count) => count > 0);
  const scale = 255 / (highest - lowest);
  const offset = -lowest * scale;
  for (let level = 0; level < LEVELS; level++) {
    const value = Math.min(255, Math.max(0, Math.trunc(level * scale + offset)));
    table[level] = highest === lowest ? level : value;
  }
}

/** Cumulative counts in units of a step: a 255th of all pixels but those of the highest level. */
function flatten(table: Uint8Array, counts: Int32Array): void {
  const highest = counts.findLast((count) => count > 0) as number;
  const pixels = counts.reduce((sum, count) => sum + count, 0);
  const step = Math.floor((pixels - highest) / 255); // 0, too, if there is one level only
  let below = Math.floor(step / 2);
  for (let level = 0; level < LEVELS; level++) {
    table[level] = step === 0 ? level : Math.min(255, Math.floor(below / step));
    below += counts[level] as number;
  }
}
