import { nearestIndex } from "./borders.ts";

const kernels = new Map<string, Float64Array>();

/** Length and decay of a motion blur, in pixels. */
export interface MotionParameters {
  readonly radius: number;
  readonly sigma: number;
}

/**
 * Smears bytes along a line, as ImageMagick's -motion-blur does.
 *
 *     S = Σ_i k_i · bytes[y + ⌈i sin α - ½⌉, x + ⌈i cos α - ½⌉],   k_i ∝ exp(-i² / 2σ²),   i = 0..2⌈radius⌉
 *     byte = ⌊⌊257 S + ½⌋ / 257⌋
 *
 * @param bytes    [side, side, channels]
 * @param angleDegrees 0 looks right, 90 down
 * @returns a new array, same shape
 *
 * Convention: one-sided (heaviest at the pixel itself), whole-pixel offsets, edge repeated; arithmetic
 *             of the 16-bit build, so the byte is truncated.
 *
 * @see ImageMagick 6.9 Q16, MotionBlurImage
 */
export function motionBlur(
  bytes: Uint8Array,
  side: number,
  channels: number,
  { radius, sigma }: MotionParameters,
  angleDegrees: number,
): Uint8Array {
  const weights = oneSidedKernel(radius, sigma);
  const angleRadians = (angleDegrees * Math.PI) / 180;
  const reach = weights.length - 1; // no offset is longer
  const padded = repeatEdges(bytes, side, channels, reach); // [side + 2 reach, side + 2 reach, channels]
  const rowLength = side * channels;
  const paddedLength = rowLength + 2 * reach * channels;
  const origin = reach * paddedLength + reach * channels;
  const offsets = Int32Array.from(weights, (_, tap) => {
    const right = Math.ceil(tap * Math.cos(angleRadians) - 0.5);
    const down = Math.ceil(tap * Math.sin(angleRadians) - 0.5);
    return origin + down * paddedLength + right * channels;
  });
  const out = new Uint8Array(bytes.length);
  for (let y = 0, to = 0; y < side; y++) {
    const row = y * paddedLength;
    for (let from = row; from < row + rowLength; from++) {
      let sum = 0;
      for (let tap = 0; tap <= reach; tap++) sum += weights[tap]! * padded[from + offsets[tap]!]!;
      out[to++] = Math.floor(sum * 257 + 0.5) / 257;
    }
  }
  return out;
}

function oneSidedKernel(radius: number, sigma: number): Float64Array {
  const key = `${radius}/${sigma}`;
  const known = kernels.get(key);
  if (known !== undefined) return known;
  const weights = new Float64Array(2 * Math.ceil(radius) + 1);
  let sum = 0;
  for (let i = 0; i < weights.length; i++) {
    weights[i] = Math.exp((-i * i) / (2 * sigma * sigma));
    sum += weights[i]!;
  }
  for (let i = 0; i < weights.length; i++) weights[i]! /= sum;
  kernels.set(key, weights);
  return weights;
}

function repeatEdges(bytes: Uint8Array, side: number, channels: number, reach: number): Uint8Array {
  const paddedSide = side + 2 * reach;
  const padded = new Uint8Array(paddedSide * paddedSide * channels);
  for (let y = -reach, to = 0; y < side + reach; y++) {
    const row = nearestIndex(y, side) * side;
    for (let x = -reach; x < side + reach; x++) {
      const from = (row + nearestIndex(x, side)) * channels;
      for (let c = 0; c < channels; c++) padded[to++] = bytes[from + c]!;
    }
  }
  return padded;
}
