import { planBluestein } from "./bluestein.ts";
import { factorize, planMixedRadix } from "./mixedRadix.ts";
import type { Planes } from "./planes.ts";

/** A row-major array seen as [outer, length, inner], where `length` is the transformed axis. */
export interface Layout {
  readonly outer: number;
  readonly inner: number;
}

/** Transforms along the middle axis; overwrites both arguments and returns the one with the result. */
export type AxisTransform = (input: Planes, work: Planes, layout: Layout) => Planes;

const LARGEST_DIRECT_PRIME = 31; // above it the six transforms of Bluestein are cheaper than p sums

const plans = new Map<number, AxisTransform>();

/** The unscaled forward transform of one length; planned once per process. */
export function axisTransform(length: number): AxisTransform {
  const known = plans.get(length);
  if (known !== undefined) return known;
  const isDirect = factorize(length).every((factor) => factor <= LARGEST_DIRECT_PRIME);
  const plan = isDirect ? planMixedRadix(length) : planBluestein(length);
  plans.set(length, plan);
  return plan;
}
