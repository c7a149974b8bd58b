import { show, ValueError } from "@apr-kit/contracts";

/** "half": equal scores pass a threshold together. "against": of equal ones the right sample goes first. */
export type TieRule = "half" | "against";

/**
 * How many samples score above a threshold, as it rises from below all (point 0) to above all (last point).
 */
export interface AcceptanceCurve {
  readonly inAbove: Uint32Array;
  readonly outAbove: Uint32Array;
}

/**
 * Counts accepted samples at every threshold that matters.
 *
 * @param inside  scores of in-distribution samples, ascending
 * @param outside scores of out-of-distribution samples, ascending
 *
 * Cost: one walk over both; at most inside.length + outside.length + 1 points.
 */
export function acceptanceCurve(
  inside: Float64Array,
  outside: Float64Array,
  ties: TieRule,
): AcceptanceCurve {
  const points = inside.length + outside.length + 1;
  const inAbove = new Uint32Array(points);
  const outAbove = new Uint32Array(points);
  inAbove[0] = inside.length;
  outAbove[0] = outside.length;
  let i = 0;
  let j = 0;
  let size = 1;
  while (i < inside.length || j < outside.length) {
    const value = Math.min(
      inside[i] ?? Number.POSITIVE_INFINITY,
      outside[j] ?? Number.POSITIVE_INFINITY,
    );
    if (ties === "half") {
      while (i < inside.length && inside[i] === value) i++;
      while (j < outside.length && outside[j] === value) j++;
    } else if (i < inside.length && inside[i] === value) i++;
    else j++;
    inAbove[size] = inside.length - i;
    outAbove[size] = outside.length - j;
    size++;
  }
  return { inAbove: inAbove.subarray(0, size), outAbove: outAbove.subarray(0, size) };
}

/** Copies and sorts scores; throws a ValueError if one is NaN or there is none. */
export function sortedScores(where: string, name: string, scores: ArrayLike<number>): Float64Array {
  const sorted = Float64Array.from(scores);
  if (sorted.length === 0) {
    throw new ValueError(where, { expected: `at least one score in ${name}`, actual: "none" });
  }
  const wrong = sorted.findIndex(Number.isNaN);
  if (wrong >= 0) {
    throw new ValueError(where, {
      expected: `${name}[${wrong}] to be a number`,
      actual: show(scores[wrong]),
    });
  }
  return sorted.sort();
}
