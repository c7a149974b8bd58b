import { ShapeError, show, ValueError } from "@apr-kit/contracts";
import { alexNetErrors } from "./alexNetErrors.ts";
import {
  type BenchmarkCorruption,
  benchmarkCorruptions,
  type CorruptionErrors,
  type CorruptionGroup,
  corruptionGroups,
} from "./corruptions.ts";
import type { Measurement } from "./streamingMetric.ts";

export interface MeanCorruptionErrorOptions {
  /** "none": plain mean of errors (CIFAR-C). "alexnet": mean of ratios to AlexNet (ImageNet-C). */
  readonly normalizeBy: "none" | "alexnet";
  /**
   * The corruptions to average over, at least one of each group; default all fifteen. A figure over
   * fewer compares only with figures over the same ones, and its convention says which are left out.
   */
  readonly over?: readonly BenchmarkCorruption[];
}

export interface CorruptionSummary extends Measurement {
  /** CE of each corruption averaged over. */
  readonly byCorruption: { readonly [corruption in BenchmarkCorruption]?: number };
  /** Mean CE of each group: noise, blur, weather, digital. */
  readonly byGroup: { readonly [group in CorruptionGroup]: number };
  /** Plain mean error over the corruptions at severity 1, 2, ..., never normalised. */
  readonly errorBySeverity: readonly number[];
}

/**
 * Returns the mean corruption error over the fifteen benchmark corruptions.
 *
 *     "none":     CE_c = mean_s E(c, s)
 *     "alexnet":  CE_c = Σ_s E(c, s) / Σ_s E_AlexNet(c, s)
 *     value = mean_c CE_c
 *
 * @param errors top-1 error fractions by corruption, one per severity; exactly the names of `over`
 * @returns fractions; the literature prints them times 100
 *
 * Convention: a ratio of sums per corruption, not a mean of ratios. For CIFAR-C the literature says "mCE" for
 * the plain mean; the two are not comparable. "alexnet" needs all five severities. Validation extras
 * (speckle_noise, gaussian_blur, spatter, saturate) are refused: they are in no mean corruption error.
 *
 * @throws {ShapeError} if corruptions have different numbers of severities, or none
 * @throws {ValueError} if a corruption is missing, unknown or named twice, a group has none, or an error lies
 *   outside [0, 1]
 * @example
 * meanCorruptionError(alexNetErrors, { normalizeBy: "alexnet" }).value; // 1
 *
 * @see Hendrycks & Dietterich, ICLR 2019, §4.1; for CIFAR-C, hendrycks/robustness issue 28.
 */
export function meanCorruptionError(
  errors: CorruptionErrors,
  { normalizeBy, over = benchmarkCorruptions }: MeanCorruptionErrorOptions,
): CorruptionSummary {
  assertSelection("meanCorruptionError", over);
  const severities = assertCorruptionErrors("meanCorruptionError", errors, over);
  if (normalizeBy === "alexnet") assertFiveSeverities("meanCorruptionError", severities);
  const own = (corruption: BenchmarkCorruption) => errors[corruption] as readonly number[];
  const byCorruption = mapCorruptions(over, (corruption) =>
    normalizeBy === "none"
      ? mean(own(corruption))
      : mean(own(corruption)) / mean(alexNetErrors[corruption]),
  );
  return {
    ...summarise(byCorruption),
    errorBySeverity: Array.from({ length: severities }, (_, s) =>
      mean(over.map((corruption) => own(corruption)[s] as number)),
    ),
    convention:
      normalizeBy === "none"
        ? `plain mean of top-1 errors over ${count(over)} × ${severities} severities, not divided by AlexNet's`
        : `mean over ${count(over)} of (sum of top-1 errors over 5 severities) / (AlexNet's sum)`,
  };
}

/** "15 corruptions", or "14 corruptions (without frost)". */
function count(over: readonly BenchmarkCorruption[]): string {
  const left = benchmarkCorruptions.filter((name) => !over.includes(name));
  return `${over.length} corruptions${left.length === 0 ? "" : ` (without ${left.join(", ")})`}`;
}

/** Throws unless `over` names each at most once and at least one of every group, which has no mean else. */
function assertSelection(where: string, over: readonly BenchmarkCorruption[]): void {
  const wrong = over.find(
    (name, i) => !benchmarkCorruptions.includes(name) || over.indexOf(name) < i,
  );
  if (wrong !== undefined) {
    throw new ValueError(where, {
      expected: "over to name some of the 15 benchmark corruptions, each once",
      actual: show(wrong),
    });
  }
  for (const [group, names] of Object.entries(corruptionGroups)) {
    if (names.some((name) => over.includes(name))) continue;
    throw new ValueError(where, {
      expected: `over to name at least one corruption of the group ${group}`,
      actual: show(over),
    });
  }
}

/** Throws unless `errors` holds exactly the corruptions of `over`; returns the number of severities. */
export function assertCorruptionErrors(
  where: string,
  errors: CorruptionErrors,
  over: readonly BenchmarkCorruption[] = benchmarkCorruptions,
): number {
  const missing = over.filter((name) => errors[name] === undefined);
  const known: readonly string[] = over;
  const unknown = Object.keys(errors).filter((name) => !known.includes(name));
  if (missing.length > 0 || unknown.length > 0) {
    const parts = [
      ...(missing.length > 0 ? [`without ${missing.join(", ")}`] : []),
      ...(unknown.length > 0 ? [`with ${unknown.join(", ")}`] : []),
    ];
    throw new ValueError(where, {
      expected: `errors of exactly the ${over.length} benchmark corruptions`,
      actual: `errors ${parts.join(" and ")}`,
    });
  }
  const severities = (errors[over[0] as string] as readonly number[]).length;
  for (const name of over) {
    const values = errors[name] as readonly number[];
    if (values.length !== severities || severities === 0) {
      throw new ShapeError(where, {
        expected: `errors.${name} to hold ${Math.max(severities, 1)} severities`,
        actual: `${values.length}`,
      });
    }
    const wrong = values.findIndex((value) => !(value >= 0 && value <= 1));
    if (wrong >= 0) {
      throw new ValueError(where, {
        expected: `errors.${name}[${wrong}] to be a fraction in [0, 1]`,
        actual: show(values[wrong]),
      });
    }
  }
  return severities;
}

/** Throws a ShapeError unless there are five: AlexNet's sums are over five. */
export function assertFiveSeverities(where: string, severities: number): void {
  if (severities === 5) return;
  throw new ShapeError(where, {
    expected: "errors at 5 severities to divide by AlexNet's",
    actual: `${severities}`,
  });
}

/** Makes one number for each corruption. */
export function mapCorruptions(
  over: readonly BenchmarkCorruption[],
  make: (corruption: BenchmarkCorruption) => number,
): CorruptionSummary["byCorruption"] {
  const entries = over.map((name) => [name, make(name)]);
  return Object.fromEntries(entries) as CorruptionSummary["byCorruption"];
}

/** Means over all and over each group. */
export function summarise(
  byCorruption: CorruptionSummary["byCorruption"],
): Pick<CorruptionSummary, "value" | "byCorruption" | "byGroup"> {
  const groups = Object.entries(corruptionGroups).map(([group, names]) => [
    group,
    mean(names.flatMap((name) => byCorruption[name] ?? [])),
  ]);
  return {
    value: mean(Object.values(byCorruption)),
    byCorruption,
    byGroup: Object.fromEntries(groups) as CorruptionSummary["byGroup"],
  };
}

/** Arithmetic mean. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
