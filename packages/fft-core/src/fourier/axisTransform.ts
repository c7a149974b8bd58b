import { planBluestein } from "./bluestein.ts";
import { isSmooth, planMixedRadix } from "./mixedRadix.ts";
import type { Planes } from "./planes.ts";

/** A row-major array seen as [outer, length, inner], where `length` is the transformed axis. */
export interface Layout {
  readonly outer: number;
  readonly inner: number;
}

/** Transforms along the middle axis; overwrites both arguments and returns the one with the result. */
export type AxisTransform = (input: Planes, work: Planes, layout: Layout) => Planes;

const plans = new Map<number, AxisTransform>();

/** The unscaled forward transform of one length; planned once per process. */
export function axisTransform(length: number): AxisTransform {
  const known = plans.get(length);
  if (known !== undefined) return known;
  const plan = isSmooth(length) ? planMixedRadix(length) : planBluestein(length);
  plans.set(length, plan);
  return plan;
}
