import { filters, type Interpolation } from "./filters.ts";

/** Bits after the binary point of a weight: 32 without 8 of a byte and 2 for sums beyond 1. */
export const WEIGHT_BITS = 32 - 8 - 2;

/** Along one axis: output i is Σ_k weights[i · taps + k] · input[first[i] + k], k < counts[i]. */
export interface AxisWeights {
  readonly first: Int32Array;
  readonly counts: Int32Array;
  /** Fixed point with WEIGHT_BITS bits; 0 beyond counts. */
  readonly weights: Int32Array;
  /** Row length of `weights`. */
  readonly taps: number;
}

export interface AxisOptions {
  readonly filter: Exclude<Interpolation, "nearest">;
  /** Pixels of the input along this axis. */
  readonly inSize: number;
  /** The part of the input that is stretched to the output, [from, to). */
  readonly span: readonly [from: number, to: number];
  /** Pixels of the output, of which only [start, end) are wanted. */
  readonly outSize: number;
  readonly start: number;
  readonly end: number;
}

/**
 * Weighs the input pixels of every wanted output pixel along one axis.
 *
 *     scale = (to - from) / outSize,  centre_i = from + (i + 1/2) · scale
 *     w_i(x) ∝ filter((x + 1/2 - centre_i) / max(scale, 1)),  Σ_x w_i(x) = 1
 *
 * Convention: the filter widens when the image shrinks (antialiasing); pixels beyond the border have no weight
 * and the others share it. Weights are rounded half away from zero to fixed point.
 *
 * @see Pillow 12, src/libImaging/Resample.c: the order of operations is the same, so that every bit is.
 */
export function axisWeights({
  filter,
  inSize,
  span: [from, to],
  outSize,
  start,
  end,
}: AxisOptions): AxisWeights {
  const { support: unitSupport, weight } = filters[filter];
  const scale = Math.fround(to - from) / outSize;
  const stretch = Math.max(scale, 1);
  const support = unitSupport * stretch;
  const inverse = 1 / stretch;
  const taps = Math.ceil(support) * 2 + 1;
  const size = end - start;
  const first = new Int32Array(size);
  const counts = new Int32Array(size);
  const weights = new Int32Array(size * taps);
  const exact = new Float64Array(taps);
  for (let i = 0; i < size; i++) {
    const centre = from + (start + i + 0.5) * scale;
    const low = Math.max(Math.trunc(centre - support + 0.5), 0);
    const count = Math.min(Math.trunc(centre + support + 0.5), inSize) - low;
    let sum = 0;
    for (let k = 0; k < count; k++) {
      const value = weight((k + low - centre + 0.5) * inverse);
      exact[k] = value;
      sum += value;
    }
    for (let k = 0; k < count; k++) {
      const value = sum === 0 ? (exact[k] as number) : (exact[k] as number) / sum;
      weights[i * taps + k] = toFixedPoint(value);
    }
    first[i] = low;
    counts[i] = count;
  }
  return { first, counts, weights, taps };
}

function toFixedPoint(value: number): number {
  return Math.trunc(value * 2 ** WEIGHT_BITS + (value < 0 ? -0.5 : 0.5));
}
