import { roundHalfToEven } from "./roundHalfToEven.ts";

/**
 * Spreads grey levels so that their distribution becomes even.
 *
 *     level ↦ rint(255 · (pixels at or below it - pixels of the lowest level) / (all - those of the lowest))
 *
 * @param bytes [side, side]
 * @returns a new array; a copy where all pixels are equal
 *
 * Convention: float32 scale, ties to even, as OpenCV's equalizeHist.
 */
export function equalizeHistogram(bytes: Uint8Array): Uint8Array {
  const counts = new Int32Array(256);
  for (const byte of bytes) counts[byte]!++;
  const lowest = counts.findIndex((count) => count > 0);
  const others = bytes.length - (counts[lowest] ?? 0);
  if (others === 0) return bytes.slice();
  const scale = Math.fround(255 / others);
  const levels = new Uint8Array(256);
  for (let level = lowest + 1, sum = 0; level < 256; level++) {
    sum += counts[level]!;
    levels[level] = Math.min(roundHalfToEven(Math.fround(sum * scale)), 255);
  }
  return bytes.map((byte) => levels[byte]!);
}
