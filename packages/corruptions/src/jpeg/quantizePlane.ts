import type { Plane } from "./colour.ts";
import { forwardDct, inverseDct } from "./dct.ts";

/**
 * What is left of a plane after its 8 × 8 blocks went through transform, quantiser and back.
 *
 * @param plane sides are multiples of 8
 * @param steps quantisation step of each coefficient, row by row
 * @returns a new plane, same shape
 *
 * Convention: quotients are rounded, halves away from 0.
 *
 * @see libjpeg, jcdctmgr.c and jddctmgr.c
 */
export function quantizePlane({ data, height, width }: Plane, steps: Int32Array): Plane {
  const out = new Uint8ClampedArray(data.length);
  const block = new Int32Array(64);
  for (let top = 0; top < height; top += 8) {
    for (let left = 0; left < width; left += 8) {
      const corner = top * width + left;
      for (let k = 0; k < 64; k++) block[k] = data[corner + (k >> 3) * width + (k & 7)]! - 128;
      forwardDct(block);
      for (let k = 0; k < 64; k++) block[k] = requantize(block[k]!, steps[k]!);
      inverseDct(block);
      for (let k = 0; k < 64; k++) out[corner + (k >> 3) * width + (k & 7)] = block[k]! + 128;
    }
  }
  return { data: new Uint8Array(out.buffer), height, width };
}

/** A coefficient (times 8, as the transform leaves it) to the nearest multiple of its step. */
function requantize(scaled: number, step: number): number {
  const divisor = step * 8;
  const magnitude = Math.trunc((Math.abs(scaled) + (divisor >> 1)) / divisor);
  return (scaled < 0 ? -magnitude : magnitude) * step;
}
