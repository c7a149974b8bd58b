import { show, ValueError } from "@apr-kit/contracts";
import type { StreamingMetric } from "../streamingMetric.ts";
import { type AcceptanceCurve, acceptanceCurve, sortedScores } from "./acceptanceCurve.ts";
import { type OodConvention, type OodPreset, oodConventions } from "./oodConventions.ts";

/** Confidences of both kinds of images; larger means in-distribution. */
export interface OodScorePair {
  readonly inDistribution: ArrayLike<number>;
  readonly outOfDistribution: ArrayLike<number>;
}

/** How well confidences tell the two kinds apart; all fractions, larger is better but for `fpr`. */
export interface OodResult {
  /** P(in > out), equal scores by the tie rule. The same whichever kind is positive. */
  readonly auroc: number;
  /** Area under precision and recall with in-distribution positive; depends on the ratio of counts. */
  readonly auprIn: number;
  /** The same with out-of-distribution positive. */
  readonly auprOut: number;
  /** False positive rate at the operating point: FPR95 at level 0.95. */
  readonly fpr: number;
  /** 1 - fpr: TNR95 at level 0.95. */
  readonly tnr: number;
  /** max over thresholds of (TPR + TNR)/2; ODIN's detection error is 1 minus it. */
  readonly detectionAccuracy: number;
  readonly inCount: number;
  readonly outCount: number;
  readonly convention: string;
}

/** All scores so far, batch by batch. */
export interface OodState {
  readonly inDistribution: readonly (readonly number[])[];
  readonly outOfDistribution: readonly (readonly number[])[];
}

/**
 * Measures how well a confidence tells in-distribution from out-of-distribution images.
 *
 * @param scores     confidences of both kinds, in any order
 * @param convention a preset or a convention of your own; default "openood"
 *
 * Convention: said in words in the result. In {.9 .8 .7 .6 .55 .95 .85 .3 .65 .75} and out {.1 .2 .3 .4 .6 .5 .35 .7
 * .25 .15} give AUROC .895 with ties half, .88 with ties against, and FPR95 .5, .6, .4 by openood, odin, oe.
 * Cost: O(n log n); two sorts and one walk.
 *
 * @throws {ValueError} if either kind is empty, a score is NaN, or the convention is unknown
 * @example
 * oodMetrics({ inDistribution: [3, 2], outOfDistribution: [1, 2] }).auroc; // 0.875
 *
 * @see oodConventions
 */
export function oodMetrics(
  { inDistribution, outOfDistribution }: OodScorePair,
  convention: OodConvention | OodPreset = "openood",
): OodResult {
  const rules = conventionOf("oodMetrics", convention);
  const inside = sortedScores("oodMetrics", "inDistribution", inDistribution);
  const outside = sortedScores("oodMetrics", "outOfDistribution", outOfDistribution);
  const curve = acceptanceCurve(inside, outside, rules.ties);
  const inPositive = positiveCurve(curve, "in");
  const outPositive = positiveCurve(curve, "out");
  const fpr = falsePositiveRate(rules.positive === "in" ? inPositive : outPositive, rules);
  return {
    auroc: areaUnderRoc(curve),
    auprIn: precisionRecallArea(inPositive, rules.aupr),
    auprOut: precisionRecallArea(outPositive, rules.aupr),
    fpr,
    tnr: 1 - fpr,
    detectionAccuracy: bestBalance(curve),
    inCount: inside.length,
    outCount: outside.length,
    convention: `${inside.length} in-distribution and ${outside.length} out-of-distribution scores; ${inWords(rules)}`,
  };
}

/** Streaming form of {@link oodMetrics}; its state keeps every score. */
export function oodMetric(
  convention: OodConvention | OodPreset = "openood",
): StreamingMetric<OodState, Partial<OodScorePair>, OodResult> {
  const rules = conventionOf("oodMetric", convention);
  return {
    init: () => ({ inDistribution: [], outOfDistribution: [] }),
    update: (state, { inDistribution = [], outOfDistribution = [] }) => ({
      inDistribution: [...state.inDistribution, Array.from(inDistribution)],
      outOfDistribution: [...state.outOfDistribution, Array.from(outOfDistribution)],
    }),
    compute: (state) =>
      oodMetrics(
        {
          inDistribution: state.inDistribution.flat(),
          outOfDistribution: state.outOfDistribution.flat(),
        },
        rules,
      ),
  };
}

/** Resolves a preset, and throws a ValueError for what is none. */
export function conventionOf(where: string, convention: OodConvention | OodPreset): OodConvention {
  const rules = typeof convention === "string" ? oodConventions[convention] : convention;
  if (rules === undefined) {
    throw new ValueError(where, {
      expected: `convention to be one of ${Object.keys(oodConventions).join(", ")}, or an object`,
      actual: show(convention),
    });
  }
  if (!(rules.level > 0 && rules.level <= 1)) {
    throw new ValueError(where, {
      expected: "level to be a fraction in (0, 1]",
      actual: show(rules.level),
    });
  }
  return rules;
}

/** Found positives and false alarms as the search widens: from none at point 0 to all at the last. */
interface PositiveCurve {
  readonly hits: Uint32Array;
  readonly alarms: Uint32Array;
}

function positiveCurve({ inAbove, outAbove }: AcceptanceCurve, positive: "in" | "out") {
  if (positive === "in") return { hits: inAbove.toReversed(), alarms: outAbove.toReversed() };
  const below = (above: Uint32Array) => above.map((count) => (above[0] as number) - count);
  return { hits: below(outAbove), alarms: below(inAbove) };
}

function last(counts: Uint32Array): number {
  return counts[counts.length - 1] as number;
}

/** Trapezoids in whole numbers, so that only the last division rounds. */
function areaUnderRoc({ inAbove, outAbove }: AcceptanceCurve): number {
  let doubled = 0;
  for (let p = 1; p < inAbove.length; p++) {
    const width = (outAbove[p - 1] as number) - (outAbove[p] as number);
    doubled += width * ((inAbove[p - 1] as number) + (inAbove[p] as number));
  }
  return doubled / (2 * (inAbove[0] as number) * (outAbove[0] as number));
}

function precisionRecallArea({ hits, alarms }: PositiveCurve, rule: OodConvention["aupr"]): number {
  const positives = last(hits);
  let before = rule === "trapezoid" ? 1 : 0; // precision at recall 0
  let area = 0;
  for (let p = 1; p < hits.length; p++) {
    const found = hits[p] as number;
    const precision = found / (found + (alarms[p] as number));
    const height = rule === "averagePrecision" ? precision : (precision + before) / 2;
    area += ((found - (hits[p - 1] as number)) / positives) * height;
    before = precision;
  }
  return area;
}

function falsePositiveRate({ hits, alarms }: PositiveCurve, { at, level }: OodConvention): number {
  const positives = last(hits);
  const negatives = last(alarms);
  const isAtLeast = (found: number) => found / positives >= level;
  if (at === "firstReaching") return (alarms[hits.findIndex(isAtLeast)] as number) / negatives;
  const laxest = at === "nearest" ? hits.length - 1 : hits.indexOf(positives);
  let nearest = laxest;
  const distance = (p: number) => Math.abs((hits[p] as number) / positives - level);
  for (let p = laxest; p >= 0; p--) if (distance(p) < distance(nearest)) nearest = p;
  return (alarms[nearest] as number) / negatives;
}

function bestBalance({ inAbove, outAbove }: AcceptanceCurve): number {
  let best = 0;
  for (let p = 0; p < inAbove.length; p++) {
    const accepted = (inAbove[p] as number) / (inAbove[0] as number);
    const rejected = 1 - (outAbove[p] as number) / (outAbove[0] as number);
    best = Math.max(best, (accepted + rejected) / 2);
  }
  return best;
}

function inWords({ positive, ties, aupr, at, level }: OodConvention): string {
  const tieWords = ties === "half" ? "count half" : "count against the detector";
  const areaWords = {
    averagePrecision: "average precision",
    trapezoid: "trapezoids from precision 1",
    trapezoidFromZero: "trapezoids from precision 0",
  };
  const pointWords = {
    firstReaching: `the strictest threshold with TPR ≥ ${level}`,
    nearest: `the laxest threshold with TPR nearest ${level}`,
    nearestTrimmed: `the laxest threshold with TPR nearest ${level}, none beyond full recall`,
  };
  return `equal scores ${tieWords}; AUPR by ${areaWords[aupr]}; FPR at ${pointWords[at]}, ${positive === "in" ? "in" : "out-of"}-distribution positive`;
}
