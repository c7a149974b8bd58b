import { type Region, type VectorUnit, vectorUnit } from "../vectors/vectorUnit.ts";
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
  const margin = radius * channels;
  const { length } = values;
  const unit = vectorUnit();
  const [from, rows, line] = unit.lend(length, length, side * channels + 2 * margin);
  from.values.set(values);
  blurRows(unit, from, rows, { side, channels, weights, at });
  if (float32) roundTo32(rows.values);
  blurColumns(unit, rows, from, { side, channels, weights, at, line });
  if (float32) roundTo32(from.values);
  return from.values.slice();
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

interface Pass {
  readonly side: number;
  readonly channels: number;
  readonly weights: Float64Array;
  readonly at: Border;
}

/** Along height. */
function blurRows(unit: VectorUnit, from: Region, to: Region, pass: Pass): void {
  const { side, channels, weights, at } = pass;
  const rowBytes = 8 * side * channels;
  for (let y = 0; y < side; y++) {
    const row = to.at + y * rowBytes;
    unit.scale(row, from.at + y * rowBytes, weights[0]!, rowBytes);
    for (let j = weights.length - 1; j > 0; j--) {
      const above = from.at + at(y - j, side) * rowBytes;
      const below = from.at + at(y + j, side) * rowBytes;
      unit.addPair(row, above, below, weights[j]!, rowBytes);
    }
  }
}

/** Along width: each row is extended beyond both ends first. */
function blurColumns(
  unit: VectorUnit,
  from: Region,
  to: Region,
  { side, channels, weights, at, line }: Pass & { readonly line: Region },
): void {
  const radius = weights.length - 1;
  const rowLength = side * channels;
  const pixelBytes = 8 * channels;
  const source = new Int32Array(line.values.length);
  for (let x = -radius, i = 0; x < side + radius; x++) {
    for (let c = 0; c < channels; c++) source[i++] = at(x, side) * channels + c;
  }
  const centre = line.at + radius * pixelBytes;
  for (let y = 0; y < side; y++) {
    const start = y * rowLength;
    for (let i = 0; i < source.length; i++) line.values[i] = from.values[start + source[i]!]!;
    const row = to.at + 8 * start;
    unit.scale(row, centre, weights[0]!, 8 * rowLength);
    for (let j = radius; j > 0; j--) {
      const apart = j * pixelBytes;
      unit.addPair(row, centre - apart, centre + apart, weights[j]!, 8 * rowLength);
    }
  }
}

/** Both passes of one plane with the window folded into it: out[i] = Σ_k folded[i, k] · line[k]. */
function blurWide(
  plane: Float64Array,
  side: number,
  weights: Float64Array,
  at: Border,
): Float64Array {
  const radius = weights.length - 1;
  const size = side * side;
  const unit = vectorUnit();
  const [folded, transposed, from, half] = unit.lend(size, size, size, size);
  folded.values.fill(0);
  transposed.values.fill(0);
  for (let i = 0; i < side; i++) {
    for (let j = -radius; j <= radius; j++) {
      const k = at(i + j, side);
      folded.values[i * side + k]! += weights[Math.abs(j)]!;
      transposed.values[k * side + i]! += weights[Math.abs(j)]!;
    }
  }
  from.values.set(plane);
  multiply(unit, half, folded, from, side);
  multiply(unit, from, half, transposed, side);
  return from.values.slice();
}

/** product = a · b for square matrices, row by row */
function multiply(unit: VectorUnit, product: Region, a: Region, b: Region, side: number): void {
  const rowBytes = 8 * side;
  for (let row = 0; row < side; row++) {
    const to = product.at + row * rowBytes;
    unit.scale(to, b.at, a.values[row * side]!, rowBytes);
    for (let k = 1; k < side; k++) {
      unit.addScaled(to, b.at + k * rowBytes, a.values[row * side + k]!, rowBytes);
    }
  }
}

function roundTo32(values: Float64Array): void {
  for (let i = 0; i < values.length; i++) values[i] = Math.fround(values[i]!);
}
