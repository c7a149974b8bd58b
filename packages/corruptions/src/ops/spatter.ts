import type { Draws } from "../draws/draws.ts";
import { canny } from "../kernels/canny.ts";
import { chamferDistance } from "../kernels/chamferDistance.ts";
import { equalizeHistogram } from "../kernels/equalizeHistogram.ts";
import { filter3x3 } from "../kernels/filter3x3.ts";
import { gaussianBlur } from "../kernels/gaussianBlur.ts";
import { bytesFromUnit32, unit32FromBytes } from "../kernels/unitPixels.ts";
import type { SquareImage } from "../squareImage.ts";

export interface SpatterParameters {
  readonly liquid: "water" | "mud";
  readonly mean: number;
  readonly standardDeviation: number;
  /** Standard deviation of the blur that makes drops of the noise, in pixels. */
  readonly sigma: number;
  /** Drops weaker than this vanish. */
  readonly threshold: number;
  /** Water: opacity of the strongest drop. Mud: standard deviation of the rim's blur, in pixels. */
  readonly strength: number;
}

const WATER_RGB = Float32Array.of(175 / 255, 238 / 255, 238 / 255);
const MUD_RGB = Float32Array.of(63 / 255, 42 / 255, 20 / 255);
const MUD_IS_OPAQUE_FROM = Math.fround(0.8);
const FARTHEST_FROM_RIM = 20; // pixels
const ONES = [1, 1, 1, 1, 1, 1, 1, 1, 1] as const;
const EMBOSS = [-2, -1, 0, -1, 1, 1, 0, 1, 2] as const;

/**
 * Splashes drops of water or mud on the lens.
 *
 *     water: out = x + m · colour,   m follows the lit rims of the drops
 *     mud:   out = x · (1 - m) + m · colour,   m = the drops, softened and cut at 0.8
 *
 * Convention: float32. Where no drop is left of the water, m = 0/0 and the image is black, as in the
 *             reference code.
 * Randomness: side² normal numbers.
 */
export function spatter(
  { data, side }: SquareImage,
  parameters: SpatterParameters,
  draws: Draws,
): Uint8Array {
  const { liquid, mean, standardDeviation, sigma, threshold, strength } = parameters;
  const noise = draws.normal(side * side, mean, standardDeviation);
  const drops = gaussianBlur(noise, side, 1, { sigma }); // [side, side]
  const unit = unit32FromBytes(data);
  if (liquid === "water") addWater(unit, waterOpacity(drops, side, threshold, strength));
  else coverWithMud(unit, mudOpacity(drops, side, threshold, strength));
  return bytesFromUnit32(unit);
}

/** [side, side]: the drops, lit from the upper left by an emboss of the distance to their rims. */
function waterOpacity(
  drops: Float64Array,
  side: number,
  threshold: number,
  strength: number,
): Float32Array {
  const layer = new Uint8Array(drops.length);
  for (let i = 0; i < layer.length; i++) layer[i] = drops[i]! < threshold ? 0 : drops[i]! * 255;
  const distance = chamferDistance(canny(layer, side, { low: 50, high: 150 }), side);
  for (let i = 0; i < distance.length; i++) distance[i] = Math.min(distance[i]!, FARTHEST_FROM_RIM);
  const distanceSums = filter3x3(distance, side, ONES);
  const smooth = new Uint8Array(drops.length);
  for (let i = 0; i < smooth.length; i++) smooth[i] = Math.fround(distanceSums[i]! / 9);
  const embossed = filter3x3(Float64Array.from(equalizeHistogram(smooth)), side, EMBOSS);
  for (let i = 0; i < embossed.length; i++) embossed[i] = Math.min(Math.max(embossed[i]!, 0), 255);
  const lightSums = filter3x3(embossed, side, ONES);
  const opacity = new Float32Array(drops.length);
  let maximum = 0;
  for (let i = 0; i < opacity.length; i++) {
    opacity[i] = layer[i]! * Math.round(lightSums[i]! / 9);
    maximum = Math.max(maximum, opacity[i]!);
  }
  const strength32 = Math.fround(strength);
  for (let i = 0; i < opacity.length; i++) {
    opacity[i] = Math.fround(opacity[i]! / maximum) * strength32;
  }
  return opacity;
}

function addWater(unit: Float32Array, opacity: Float32Array): void {
  for (let pixel = 0, i = 0; pixel < opacity.length; pixel++) {
    for (let c = 0; c < 3; c++, i++) unit[i]! += Math.fround(opacity[pixel]! * WATER_RGB[c]!);
  }
}

/** [side, side]: 1 inside the drops, softened, nothing where it is thin. */
function mudOpacity(
  drops: Float64Array,
  side: number,
  threshold: number,
  strength: number,
): Float64Array {
  const mask = new Float64Array(drops.length);
  for (let i = 0; i < mask.length; i++) mask[i] = drops[i]! > threshold ? 1 : 0;
  const soft = gaussianBlur(mask, side, 1, { sigma: strength, float32: true });
  for (let i = 0; i < soft.length; i++) if (soft[i]! < MUD_IS_OPAQUE_FROM) soft[i] = 0;
  return soft;
}

function coverWithMud(unit: Float32Array, opacity: Float64Array): void {
  for (let pixel = 0, i = 0; pixel < opacity.length; pixel++) {
    const m = opacity[pixel]!;
    const rest = Math.fround(1 - m);
    for (let c = 0; c < 3; c++, i++) {
      unit[i] = Math.fround(unit[i]! * rest) + Math.fround(m * MUD_RGB[c]!);
    }
  }
}
