import { reflect101Index } from "./borders.ts";

/** A square window of `2 · reach + 1` weights a side, centred. */
export interface Window {
  readonly reach: number;
  readonly weights: Float64Array;
}

const SMALL_REACH = 8;
const windows = new Map<string, Window>();

/**
 * The defocus kernel: a flat disk whose rim is softened by a small Gaussian.
 *
 * @param radius     of the disk in pixels; below 1 the disk is one pixel
 * @param aliasSigma standard deviation of the 3×3 (radius ≤ 8) or 5×5 Gaussian
 *
 * Convention: the grid ends at ±8 (or ±radius) and the Gaussian mirrors there (reflect-101), which is
 *             why the kernel of radius 8 sums to 1.0130 and that of 10 to 1.0108; kept, as it
 *             brightens the reference images. Weights are float32 values. Zero margins are cut off.
 */
export function diskKernel(radius: number, aliasSigma: number): Window {
  const key = `${radius}/${aliasSigma}`;
  const known = windows.get(key);
  if (known !== undefined) return known;
  const reach = Math.max(radius, SMALL_REACH);
  const softened = soften(disk(radius, reach), reach, aliasSigma, radius <= SMALL_REACH ? 1 : 2);
  const window = withoutMargin({ reach, weights: softened });
  windows.set(key, window);
  return window;
}

function disk(radius: number, reach: number): Float64Array {
  const side = 2 * reach + 1;
  const weights = new Float64Array(side * side);
  let count = 0;
  for (let y = -reach; y <= reach; y++) {
    for (let x = -reach; x <= reach; x++) {
      if (x * x + y * y > radius * radius) continue;
      weights[(y + reach) * side + x + reach] = 1;
      count++;
    }
  }
  return weights.map((weight) => Math.fround(weight / count));
}

/**
 * Separable Gaussian of 3 or 5 taps in float32, mirrored at the grid's edge. A product that is added is not
 * rounded first (fused multiply-add), in the order of OpenCV's vector code.
 */
function soften(
  weights: Float64Array,
  reach: number,
  sigma: number,
  tapReach: number,
): Float64Array {
  const side = 2 * reach + 1;
  const taps = gaussianTaps(sigma, tapReach);
  const pass = (from: Float64Array, stepX: number, stepY: number, isCentreLast: boolean) =>
    Float64Array.from(from, (_, index) => {
      const x = index % side;
      const y = Math.floor(index / side);
      const at = (i: number) => {
        const column = reflect101Index(x + i * stepX, side);
        return from[reflect101Index(y + i * stepY, side) * side + column]!;
      };
      const pair = (i: number) => taps[tapReach + i]! * Math.fround(at(-i) + at(i));
      const centre = taps[tapReach]! * at(0);
      let sum = Math.fround(isCentreLast ? pair(1) : centre);
      for (let i = isCentreLast ? 2 : 1; i <= tapReach; i++) sum = Math.fround(sum + pair(i));
      return isCentreLast ? Math.fround(sum + centre) : sum;
    });
  return pass(pass(weights, 1, 0, tapReach === 1), 0, 1, false);
}

function gaussianTaps(sigma: number, tapReach: number): Float64Array {
  const taps = new Float64Array(2 * tapReach + 1);
  let sum = 0;
  for (let i = -tapReach; i <= tapReach; i++) {
    taps[i + tapReach] = Math.exp((-0.5 / (sigma * sigma)) * i * i);
    sum += taps[i + tapReach]!;
  }
  return taps.map((tap) => Math.fround(tap / sum));
}

function withoutMargin({ reach, weights }: Window): Window {
  const side = 2 * reach + 1;
  let needed = 0;
  for (let index = 0; index < weights.length; index++) {
    if (weights[index] === 0) continue;
    const x = Math.abs((index % side) - reach);
    const y = Math.abs(Math.floor(index / side) - reach);
    needed = Math.max(needed, x, y);
  }
  const kept = new Float64Array((2 * needed + 1) ** 2);
  for (let y = -needed, k = 0; y <= needed; y++) {
    for (let x = -needed; x <= needed; x++) {
      kept[k++] = weights[(y + reach) * side + x + reach]!;
    }
  }
  return { reach: needed, weights: kept };
}
