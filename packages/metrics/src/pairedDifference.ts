import { ShapeError, show, ValueError } from "@apr-kit/contracts";
import { assertNotEmpty } from "./topKAccuracy.ts";
import { twoSidedQuantile } from "./twoSidedQuantile.ts";
import type { ConfidenceOption, Interval } from "./wilsonInterval.ts";

export interface PairedDifference extends Interval {
  /** Accuracy of the first model minus accuracy of the second. */
  readonly value: number;
  /** Images that only the first model got right, and only the second. */
  readonly onlyFirst: number;
  readonly onlySecond: number;
  readonly count: number;
  /** Two-sided exact McNemar test of "both models are equally accurate". */
  readonly pValue: number;
}

/**
 * Compares the accuracies of two models on the same images, in the same order.
 *
 *     value = (b - c)/n;   interval: d ± z √((p_b + p_c - d²)/(n + 2)),
 *     p_b = (b+1)/(n+2),  p_c = (c+1)/(n+2),  d = p_b - p_c;   b, c: only first / only second is right
 *
 * @param first  truthy where the first model is right, [count]
 * @param second the same for the second model
 *
 * Convention: interval of Bonett & Price, cut to [-1, 1]; exact binomial McNemar p-value, 1 where b = c = 0.
 * Pairing matters: two models of 90 % that err on the same images differ less than independent samples would.
 *
 * @throws {ShapeError} if the lengths differ
 * @throws {ValueError} if there is no image, a value is not 0, 1, false or true, or confidence is out of range
 * @example
 * pairedDifference([1, 1, 1, 0], [1, 0, 0, 0]); // value 0.5, onlyFirst 2, onlySecond 0, pValue 0.5
 *
 * @see Bonett & Price, Adjusted Wald Confidence Interval for a Difference of Binomial Proportions Based on
 *      Paired Data, J. Educ. Behav. Stat. 2012; McNemar, Psychometrika 1947.
 */
export function pairedDifference(
  first: ArrayLike<number | boolean>,
  second: ArrayLike<number | boolean>,
  { confidence = 0.95 }: ConfidenceOption = {},
): PairedDifference {
  const count = first.length;
  if (second.length !== count) {
    throw new ShapeError("pairedDifference", {
      expected: `as many results of the second model as of the first (${count})`,
      actual: `${second.length}`,
    });
  }
  assertNotEmpty("pairedDifference", count);
  let onlyFirst = 0;
  let onlySecond = 0;
  for (let i = 0; i < count; i++) {
    const a = asBit("first", first[i], i);
    const b = asBit("second", second[i], i);
    if (a > b) onlyFirst++;
    if (b > a) onlySecond++;
  }
  const z = twoSidedQuantile("pairedDifference", confidence);
  const shareFirst = (onlyFirst + 1) / (count + 2);
  const shareSecond = (onlySecond + 1) / (count + 2);
  const centre = shareFirst - shareSecond;
  const halfWidth = z * Math.sqrt((shareFirst + shareSecond - centre ** 2) / (count + 2));
  return {
    value: (onlyFirst - onlySecond) / count,
    lower: Math.max(-1, centre - halfWidth),
    upper: Math.min(1, centre + halfWidth),
    onlyFirst,
    onlySecond,
    count,
    pValue: exactMcNemar(onlyFirst, onlySecond),
    convention: `accuracy of first minus second on the same ${count} images; Bonett-Price interval, ${confidence * 100} %; exact McNemar p-value`,
  };
}

function asBit(name: string, value: number | boolean | undefined, index: number): number {
  const bit = Number(value);
  if (bit === 0 || bit === 1) return bit;
  throw new ValueError("pairedDifference", {
    expected: `${name}[${index}] to be 0, 1, false or true`,
    actual: show(value),
  });
}

/** 2 · P(X ≤ min(b, c)) for X ~ Binomial(b + c, 1/2), at most 1; in logarithms because 2⁻ⁿ underflows. */
function exactMcNemar(b: number, c: number): number {
  const trials = b + c;
  let logTerm = -trials * Math.LN2;
  let tail = Math.exp(logTerm);
  for (let i = 0; i < Math.min(b, c); i++) {
    logTerm += Math.log((trials - i) / (i + 1));
    tail += Math.exp(logTerm);
  }
  return Math.min(1, 2 * tail);
}
