import type { TieRule } from "./acceptanceCurve.ts";

/** Everything on which published out-of-distribution figures disagree. */
export interface OodConvention {
  /** What the true positive rate of the operating point counts: in- or out-of-distribution samples. */
  readonly positive: "in" | "out";
  /** "half": as in scikit-learn. "against": ties count fully against the detector. */
  readonly ties: TieRule;
  /**
   * Area under precision and recall. "averagePrecision": steps; "trapezoid": straight lines from precision 1 at
   * recall 0; "trapezoidFromZero": straight lines from precision 0 at recall 0.
   */
  readonly aupr: "averagePrecision" | "trapezoid" | "trapezoidFromZero";
  /**
   * Where the false positive rate is read. "firstReaching": the strictest threshold whose true positive rate reaches
   * `level`. "nearest": the true positive rate nearest to it, the laxest such threshold. "nearestTrimmed": the same
   * without thresholds laxer than the first that finds all positives.
   */
  readonly at: "firstReaching" | "nearest" | "nearestTrimmed";
  /** True positive rate of the operating point, in (0, 1]. */
  readonly level: number;
}

export type OodPreset = "openood" | "odin" | "oe" | "apr";

/**
 * The conventions of published code.
 *
 * "nearest" compares |TPR - level| in float64 as NumPy does: with ten positives, rates 0.9 and 1 lie equally far from
 * 0.95 on paper, and rounding makes 0.9 the nearer.
 *
 * @see openood: OpenOOD v1.5 (v1.0 had in-distribution positive; its ROC curve drops collinear points, ours keeps
 *      them). odin: Liang et al., ICLR 2018, which leaves the interpolation of precision open. oe: Hendrycks et al.,
 *      Outlier Exposure, ICLR 2019, where in-distribution images outnumber the others 5 : 1. apr: core/evaluation.py of
 *      Chen et al., ICCV 2021.
 */
export const oodConventions: Readonly<Record<OodPreset, OodConvention>> = {
  openood: {
    positive: "out",
    ties: "half",
    aupr: "trapezoid",
    at: "firstReaching",
    level: 0.95,
  },
  odin: { positive: "in", ties: "half", aupr: "trapezoid", at: "firstReaching", level: 0.95 },
  oe: {
    positive: "out",
    ties: "half",
    aupr: "averagePrecision",
    at: "nearestTrimmed",
    level: 0.95,
  },
  apr: { positive: "in", ties: "against", aupr: "trapezoidFromZero", at: "nearest", level: 0.95 },
};
