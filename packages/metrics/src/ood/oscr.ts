import { ShapeError, show, ValueError } from "@apr-kit/contracts";
import type { Measurement } from "../streamingMetric.ts";
import { acceptanceCurve, sortedScores, type TieRule } from "./acceptanceCurve.ts";

export interface OscrInput {
  /** Confidences of in-distribution images; larger means in-distribution. */
  readonly inDistribution: ArrayLike<number>;
  /** Whether the class of each was right: 0, 1, false or true. */
  readonly isCorrect: ArrayLike<number | boolean>;
  readonly outOfDistribution: ArrayLike<number>;
}

export interface OscrOptions {
  /** "clean": the definition. "apr": the published code with its shift by one. Default "clean". */
  readonly definition?: "clean" | "apr";
  /** How equal scores count in the clean definition, default "half". */
  readonly ties?: TieRule;
}

/**
 * Returns the area under the open-set classification rate curve.
 *
 *     CCR(t) = #{in-distribution: score ≥ t, class right}/#in,   FPR(t) = #{out: score ≥ t}/#out,   ∫ CCR dFPR
 *
 * @returns a fraction, at most the accuracy; the accuracy times the AUROC of right ones against foreign ones
 *
 * Convention: "apr" takes correct ones from the sample after the threshold and false alarms from the sample at it, and
 * leaves the last threshold out; where its order of equal scores is arbitrary, in-distribution goes first here.
 * Cost: O(n log n), where the published code is O(n²).
 *
 * @throws {ShapeError} if the in-distribution lists differ in length
 * @throws {ValueError} if either kind is empty, a score is NaN, or isCorrect holds something else
 * @example
 * oscr({ inDistribution: [3, 2], isCorrect: [1, 0], outOfDistribution: [1] }).value; // 0.5
 *
 * @see Dhamija et al., Reducing Network Agnostophobia, NeurIPS 2018, §3; compute_oscr of Chen et al., ICCV 2021.
 */
export function oscr(
  { inDistribution, isCorrect, outOfDistribution }: OscrInput,
  { definition = "clean", ties = "half" }: OscrOptions = {},
): Measurement {
  const inCount = inDistribution.length;
  if (isCorrect.length !== inCount) {
    throw new ShapeError("oscr", {
      expected: `isCorrect of the length of inDistribution (${inCount})`,
      actual: `${isCorrect.length}`,
    });
  }
  sortedScores("oscr", "inDistribution", inDistribution);
  const outside = sortedScores("oscr", "outOfDistribution", outOfDistribution);
  const [wrong, right] = splitByOutcome(inDistribution, isCorrect);
  const counts = inCount * outside.length;
  const setting = `${inCount} in-distribution and ${outside.length} out-of-distribution scores`;
  if (definition === "apr") {
    const value = shiftedArea(wrong, right, outside) / counts;
    return {
      value,
      convention: `${setting}; as the published APR code, shifted by one; of equal scores in-distribution first`,
    };
  }
  const { inAbove, outAbove } = acceptanceCurve(right, outside, ties);
  let doubled = 0;
  for (let p = 1; p < inAbove.length; p++) {
    const width = (outAbove[p - 1] as number) - (outAbove[p] as number);
    doubled += width * ((inAbove[p - 1] as number) + (inAbove[p] as number));
  }
  return {
    value: doubled / 2 / counts,
    convention: `${setting}; CCR over FPR, score ≥ threshold; equal scores count ${ties === "half" ? "half" : "against the detector"}`,
  };
}

/** Sorted scores of the wrong and of the right ones. */
function splitByOutcome(
  scores: ArrayLike<number>,
  isCorrect: ArrayLike<number | boolean>,
): [Float64Array, Float64Array] {
  const parts: [number[], number[]] = [[], []];
  for (let i = 0; i < scores.length; i++) {
    const bit = Number(isCorrect[i]);
    if (bit !== 0 && bit !== 1) {
      throw new ValueError("oscr", {
        expected: `isCorrect[${i}] to be 0, 1, false or true`,
        actual: show(isCorrect[i]),
      });
    }
    parts[bit].push(scores[i] as number);
  }
  return [Float64Array.from(parts[0]).sort(), Float64Array.from(parts[1]).sort()];
}

type Kind = "wrong" | "right" | "out";

/**
 * Area in units of 1/(#in · #out). Threshold k of the ascending list counts right ones from k + 1 and false alarms
 * from k, for k up to the last but one; the curve ends at (0, 0).
 */
function shiftedArea(wrong: Float64Array, right: Float64Array, outside: Float64Array): number {
  const kinds = mergedKinds(wrong, right, outside);
  let rightFrom = right.length; // right ones from the sample at hand
  let outFrom = outside.length;
  let area = 0;
  let before: { readonly ccr: number; readonly fpr: number } | undefined;
  for (let k = 0; k < kinds.length - 1; k++) {
    if (kinds[k] === "right") rightFrom--; // counted from k + 1
    const point = { ccr: rightFrom, fpr: outFrom };
    if (before !== undefined) area += ((before.fpr - point.fpr) * (before.ccr + point.ccr)) / 2;
    before = point;
    if (kinds[k] === "out") outFrom--;
  }
  return before === undefined ? area : area + (before.fpr * before.ccr) / 2;
}

/** What each sample is, by ascending score. */
function mergedKinds(wrong: Float64Array, right: Float64Array, outside: Float64Array): Kind[] {
  const lists: [Kind, Float64Array, number][] = [
    ["wrong", wrong, 0],
    ["right", right, 0],
    ["out", outside, 0],
  ];
  const kinds: Kind[] = [];
  const total = wrong.length + right.length + outside.length;
  while (kinds.length < total) {
    let next: [Kind, Float64Array, number] | undefined;
    for (const list of lists) {
      if (list[2] >= list[1].length) continue;
      if (next === undefined || list[1][list[2]]! < next[1][next[2]]!) next = list;
    }
    if (next === undefined) break;
    kinds.push(next[0]);
    next[2]++;
  }
  return kinds;
}
