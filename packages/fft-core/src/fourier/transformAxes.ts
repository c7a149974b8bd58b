import { axisTransform } from "./axisTransform.ts";
import { createPlanes, type Planes, swapped } from "./planes.ts";

/** Number of elements of an array of this shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}

/**
 * Transforms a row-major complex array along some of its axes, unscaled.
 *
 * @param data overwritten
 * @param work of the same length, overwritten
 * @returns whichever of the two holds the result
 */
export function transformAxes(
  data: Planes,
  work: Planes,
  shape: readonly number[],
  axes: readonly number[],
): Planes {
  let [from, to] = [data, work];
  for (const axis of axes) {
    const outer = sizeOf(shape.slice(0, axis));
    const inner = sizeOf(shape.slice(axis + 1));
    const result = axisTransform(shape[axis]!)(from, to, { outer, inner });
    if (result === to) [from, to] = [to, from];
  }
  return from;
}

/** As {@link transformAxes}, with the sign of the exponent reversed. */
export function inverseTransformAxes(
  data: Planes,
  work: Planes,
  shape: readonly number[],
  axes: readonly number[],
): Planes {
  return swapped(transformAxes(swapped(data), swapped(work), shape, axes));
}

/** Sides of the half spectrum of a real array: the last transformed axis keeps ⌊n/2⌋ + 1 frequencies. */
export function halfShape(shape: readonly number[], axes: readonly number[]): number[] {
  const last = axes.at(-1)!;
  return shape.map((side, axis) => (axis === last ? Math.floor(side / 2) + 1 : side));
}

/** Unscaled transform of a real array; the frequencies that real input makes redundant are left out. */
export function transformReal(
  values: ArrayLike<number>,
  shape: readonly number[],
  axes: readonly number[],
): Planes {
  const last = axes.at(-1)!;
  const full = createPlanes(sizeOf(shape));
  full.re.set(values);
  const lines = transformAxes(full, createPlanes(sizeOf(shape)), shape, [last]);

  const half = halfShape(shape, axes);
  const kept = createPlanes(sizeOf(half));
  const inner = sizeOf(shape.slice(last + 1));
  const run = half[last]! * inner; // a line's kept frequencies lie together, at its beginning
  const outer = sizeOf(shape.slice(0, last));
  for (let line = 0; line < outer; line++) {
    const source = line * shape[last]! * inner;
    const target = line * run;
    for (let q = 0; q < run; q++) {
      kept.re[target + q] = lines.re[source + q]!;
      kept.im[target + q] = lines.im[source + q]!;
    }
  }
  return transformAxes(kept, createPlanes(kept.re.length), half, axes.slice(0, -1));
}

/**
 * Unscaled inverse of {@link transformReal}; overwrites `spectrum`.
 *
 * Convention: as numpy.fft.irfftn, the imaginary part of a frequency that is its own mirror does not count.
 */
export function inverseTransformReal(
  spectrum: Planes,
  shape: readonly number[],
  axes: readonly number[],
): Float64Array {
  const last = axes.at(-1)!;
  const half = halfShape(shape, axes);
  const work = createPlanes(spectrum.re.length);
  const lines = inverseTransformAxes(spectrum, work, half, axes.slice(0, -1));

  const length = shape[last]!;
  const inner = sizeOf(shape.slice(last + 1));
  const full = createPlanes(sizeOf(shape));
  const outer = sizeOf(shape.slice(0, last));
  for (let line = 0; line < outer; line++) {
    for (let k = 0; k < length; k++) {
      const isMirrored = k >= half[last]!;
      const source = (line * half[last]! + (isMirrored ? length - k : k)) * inner;
      const target = (line * length + k) * inner;
      for (let q = 0; q < inner; q++) {
        full.re[target + q] = lines.re[source + q]!;
        full.im[target + q] = isMirrored ? -lines.im[source + q]! : lines.im[source + q]!;
      }
    }
  }
  return inverseTransformAxes(full, createPlanes(full.re.length), shape, [last]).re;
}
