import { vectorUnit } from "../vectors/vectorUnit.ts";
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
  const rowLength = side * channels;
  const paddedLength = rowLength + 2 * reach * channels;
  const unit = vectorUnit();
  const [padded, sums] = unit.lend(paddedLength * (side + 2 * reach), rowLength);
  repeatEdges(padded.values, bytes, { side, channels, reach });
  const offsets = Array.from(weights, (_, tap) => {
    const right = Math.ceil(tap * Math.cos(angleRadians) - 0.5);
    const down = Math.ceil(tap * Math.sin(angleRadians) - 0.5);
    return (reach + down) * paddedLength + (reach + right) * channels;
  });
  const out = new Uint8Array(bytes.length);
  for (let y = 0, to = 0; y < side; y++) {
    for (let tap = 0; tap <= reach; tap++) {
      const from = padded.at + 8 * (y * paddedLength + offsets[tap]!);
      if (tap === 0) unit.scale(sums.at, from, weights[tap]!, 8 * rowLength);
      else unit.addScaled(sums.at, from, weights[tap]!, 8 * rowLength);
    }
    for (let i = 0; i < rowLength; i++) out[to++] = Math.floor(sums.values[i]! * 257 + 0.5) / 257;
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

/** padded: [side + 2 reach, side + 2 reach, channels] */
function repeatEdges(
  padded: Float64Array,
  bytes: Uint8Array,
  size: { readonly side: number; readonly channels: number; readonly reach: number },
): void {
  const { side, channels, reach } = size;
  for (let y = -reach, to = 0; y < side + reach; y++) {
    const row = nearestIndex(y, side) * side;
    for (let x = -reach; x < side + reach; x++) {
      const from = (row + nearestIndex(x, side)) * channels;
      for (let c = 0; c < channels; c++) padded[to++] = bytes[from + c]!;
    }
  }
}
