import type { Draws } from "../draws/draws.ts";
import { type MotionParameters, motionBlur } from "../kernels/motionBlur.ts";
import { bytesFromUnit, unit32FromBytes } from "../kernels/unitPixels.ts";
import { type ZoomTaps, zoomTaps } from "../kernels/zoomTaps.ts";
import type { SquareImage } from "../squareImage.ts";

export interface SnowParameters extends MotionParameters {
  readonly mean: number;
  readonly standardDeviation: number;
  /** How much larger than a pixel a flake is. */
  readonly zoom: number;
  /** Flakes weaker than this vanish. */
  readonly threshold: number;
  /** Share of the image that is not whitened. */
  readonly imageWeight: number;
}

const RED = Math.fround(0.299);
const GREEN = Math.fround(0.587);
const BLUE = Math.fround(0.114);

/**
 * Whitens the image and lays two layers of falling flakes over it, one the other's half turn.
 *
 *     whitened = w · x + (1 - w) · max(x, 1.5 · grey + 0.5),   out = whitened + L + rot180(L)
 *
 * Convention: whitening is float32, flakes and their sum float64; grey = .299 R + .587 G + .114 B.
 * Randomness: side² normal numbers for the flakes, then one uniform number, their angle in [-135°, -45°).
 */
export function snow(
  { data, side }: SquareImage,
  parameters: SnowParameters,
  draws: Draws,
): Uint8Array {
  const { mean, standardDeviation, zoom, threshold, imageWeight } = parameters;
  const noise = draws.normal(side * side, mean, standardDeviation);
  const angleDegrees = draws.uniform(1, -135, -45)[0]!;
  const flakes = zoomPlane(noise, side, zoomTaps(side, zoom)); // [side, side]
  for (let i = 0; i < flakes.length; i++) if (flakes[i]! < threshold) flakes[i] = 0;
  const layer = motionBlur(bytesFromUnit(flakes), side, 1, parameters, angleDegrees);

  const unit = unit32FromBytes(data);
  const out = new Float64Array(unit.length);
  const fround = Math.fround;
  const kept = fround(imageWeight);
  const whitened = fround(1 - imageWeight);
  for (let pixel = 0; pixel < layer.length; pixel++) {
    const white = fround(fround(grey(unit, pixel * 3) * 1.5) + 0.5);
    const falling = layer[pixel]! / 255;
    const opposite = layer[layer.length - 1 - pixel]! / 255;
    for (let c = 0; c < 3; c++) {
      const x = unit[pixel * 3 + c]!;
      const mixed = fround(fround(kept * x) + fround(whitened * Math.max(x, white)));
      out[pixel * 3 + c] = mixed + falling + opposite;
    }
  }
  return bytesFromUnit(out);
}

/** Luminance with products that are not rounded before they are added, as a fused multiply-add has it. */
function grey(unit: Float32Array, at: number): number {
  const red = Math.fround(unit[at]! * RED);
  const redGreen = Math.fround(unit[at + 1]! * GREEN + red);
  return Math.fround(unit[at + 2]! * BLUE + redGreen);
}

function zoomPlane(plane: Float64Array, side: number, taps: ZoomTaps): Float64Array {
  const { first, second, fraction, inside } = taps;
  const out = new Float64Array(plane.length);
  for (let y = 0, to = 0; y < side; y++) {
    const y0 = first[y]! * side;
    const y1 = second[y]! * side;
    const down = fraction[y]!;
    for (let x = 0; x < side; x++, to++) {
      if (inside[y]! === 0 || inside[x]! === 0) continue;
      const right = fraction[x]!;
      const top =
        plane[y0 + first[x]!]! * (1 - down) * (1 - right) +
        plane[y0 + second[x]!]! * (1 - down) * right;
      const most = top + plane[y1 + first[x]!]! * down * (1 - right);
      out[to] = most + plane[y1 + second[x]!]! * down * right;
    }
  }
  return out;
}
