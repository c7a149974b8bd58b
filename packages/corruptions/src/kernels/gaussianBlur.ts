import { nearestIndex, reflectIndex } from "./borders.ts";

/** How wide a Gaussian is and what it meets beyond the edge. */
export interface GaussianOptions {
  /** Standard deviation in pixels; 0 is the identity. */
  readonly sigma: number;
  /** Standard deviations after which the window ends. */
  readonly truncate?: number;
  readonly border?: "nearest" | "reflect";
  /** Rounds to float32 after each of the two passes, as for a float32 image. */
  readonly float32?: boolean;
}

const halfKernels = new Map<string, Float64Array>();

/**
 * Blurs along height and width with a truncated Gaussian; channels stay apart.
 *
 *     out = Σ_i w_i · values[. + i],   w_i ∝ exp(-i² / 2σ²),   |i| ≤ ⌊truncate · σ + 0.5⌋,   Σ w_i = 1
 *
 * @param values   [side, side, channels]
 * @param channels numbers per pixel
 * @returns a new array, same shape
 *
 * Convention: height first, then width; pairs at equal distance are added before they are weighted,
 *             outermost first, which is the summation order of scipy.ndimage and so its last bit. Where
 *             the radius reaches the side of a single plane, weights that meet the same pixel are
 *             added first instead.
 * Cost:       O(side² · channels · min(radius, side)).
 *
 * @see skimage.filters.gaussian, scipy.ndimage.gaussian_filter
 */
export function gaussianBlur(
  values: Float64Array,
  side: number,
  channels: number,
  { sigma, truncate = 4, border = "nearest", float32 = false }: GaussianOptions,
): Float64Array {
  const weights = halfKernel(sigma, truncate);
  const radius = weights.length - 1;
  if (radius === 0) return values.slice();
  const at = border === "nearest" ? nearestIndex : reflectIndex;
  if (radius >= side && channels === 1 && !float32) return blurWide(values, side, weights, at);
  const rows = blurRows(values, side, channels, weights, at);
  if (float32) roundTo32(rows);
  const blurred = blurColumns(rows, side, channels, weights, at);
  if (float32) roundTo32(blurred);
  return blurred;
}

/** Weights at distance 0..radius. */
function halfKernel(sigma: number, truncate: number): Float64Array {
  const key = `${sigma}/${truncate}`;
  const known = halfKernels.get(key);
  if (known !== undefined) return known;
  const radius = Math.floor(truncate * sigma + 0.5);
  const weights = new Float64Array(radius + 1).fill(1);
  for (let i = 1; i <= radius; i++) weights[i] = Math.exp((-0.5 / (sigma * sigma)) * i * i);
  let sum = 0; // from the left end to the right one: another order changes the last bit
  for (let i = -radius; i <= radius; i++) sum += weights[Math.abs(i)]!;
  for (let i = 0; i <= radius; i++) weights[i]! /= sum;
  halfKernels.set(key, weights);
  return weights;
}

type Border = (index: number, length: number) => number;

/** Along height. */
function blurRows(
  values: Float64Array,
  side: number,
  channels: number,
  weights: Float64Array,
  at: Border,
): Float64Array {
  const radius = weights.length - 1;
  const rowLength = side * channels;
  const centre = weights[0]!;
  const above = new Int32Array(radius + 1); // where the row at each distance starts
  const below = new Int32Array(radius + 1);
  const out = new Float64Array(values.length);
  for (let y = 0; y < side; y++) {
    const to = y * rowLength;
    for (let j = 1; j <= radius; j++) {
      above[j] = at(y - j, side) * rowLength;
      below[j] = at(y + j, side) * rowLength;
    }
    for (let i = 0; i < rowLength; i++) {
      let sum = values[to + i]! * centre;
      for (let j = radius; j > 0; j--) {
        sum += (values[above[j]! + i]! + values[below[j]! + i]!) * weights[j]!;
      }
      out[to + i] = sum;
    }
  }
  return out;
}

/** Along width: each row is extended beyond both ends first. */
function blurColumns(
  values: Float64Array,
  side: number,
  channels: number,
  weights: Float64Array,
  at: Border,
): Float64Array {
  const radius = weights.length - 1;
  const rowLength = side * channels;
  const margin = radius * channels;
  const centre = weights[0]!;
  const extended = new Float64Array(rowLength + 2 * margin);
  const source = new Int32Array(extended.length);
  for (let x = -radius, i = 0; x < side + radius; x++) {
    for (let c = 0; c < channels; c++) source[i++] = at(x, side) * channels + c;
  }
  const out = new Float64Array(values.length);
  for (let y = 0; y < side; y++) {
    const to = y * rowLength;
    for (let i = 0; i < extended.length; i++) extended[i] = values[to + source[i]!]!;
    for (let i = 0; i < rowLength; i++) {
      let sum = extended[margin + i]! * centre;
      for (let j = radius, apart = margin; j > 0; j--, apart -= channels) {
        sum += (extended[margin + i - apart]! + extended[margin + i + apart]!) * weights[j]!;
      }
      out[to + i] = sum;
    }
  }
  return out;
}

/** Both passes of one plane with the window folded into it: out[i] = Σ_k folded[i, k] · line[k]. */
function blurWide(
  plane: Float64Array,
  side: number,
  weights: Float64Array,
  at: Border,
): Float64Array {
  const radius = weights.length - 1;
  const folded = new Float64Array(side * side);
  const transposed = new Float64Array(side * side);
  for (let i = 0; i < side; i++) {
    for (let j = -radius; j <= radius; j++) {
      const k = at(i + j, side);
      folded[i * side + k]! += weights[Math.abs(j)]!;
      transposed[k * side + i]! += weights[Math.abs(j)]!;
    }
  }
  return multiply(multiply(folded, plane, side), transposed, side);
}

/** a · b for square matrices */
function multiply(a: Float64Array, b: Float64Array, side: number): Float64Array {
  const product = new Float64Array(side * side);
  for (let row = 0; row < side; row++) {
    for (let k = 0; k < side; k++) {
      const factor = a[row * side + k]!;
      for (let column = 0; column < side; column++) {
        product[row * side + column]! += factor * b[k * side + column]!;
      }
    }
  }
  return product;
}

function roundTo32(values: Float64Array): void {
  for (let i = 0; i < values.length; i++) values[i] = Math.fround(values[i]!);
}
