import type { Draws } from "../draws/draws.ts";
import { plasmaFractal } from "../kernels/plasmaFractal.ts";

const SOFT_DECAY = 2.2; // the cloud that says where ice is thick
const ROUGH_DECAY = 1.5; // the ridges of the crystals
const ICE_RGB = [0.86, 0.94, 1] as const; // a cool white

/**
 * A texture of ice crystals, computed: NOT the photographs of the benchmark.
 *
 * @returns [side, side, 3], values in [0, 255]
 *
 * Convention: ridges where a rough cloud crosses its middle, stronger where a soft cloud is thick.
 * Randomness: two plasma fractals whose side is the smallest power of two ≥ side.
 */
export function proceduralFrost(side: number, draws: Draws): Float64Array {
  const size = 2 ** Math.max(Math.ceil(Math.log2(side)), 1);
  const thickness = plasmaFractal(size, SOFT_DECAY, draws); // [size, size]
  const crystals = plasmaFractal(size, ROUGH_DECAY, draws); // [size, size]
  const texture = new Float64Array(side * side * 3);
  for (let y = 0, i = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const at = y * size + x;
      const ridge = 1 - Math.abs(2 * crystals[at]! - 1); // 1 on a ridge, 0 far from it
      const white = 255 * (0.35 * thickness[at]! + 0.65 * ridge * ridge);
      for (const tint of ICE_RGB) texture[i++] = white * tint;
    }
  }
  return texture;
}
