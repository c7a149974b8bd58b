import { type BenchmarkCorruption, type CorruptionGroup, corruptionGroups } from "@apr-kit/metrics";

/** A corruption and the group it is reported in. */
export interface EvaluatedCorruption {
  readonly name: BenchmarkCorruption;
  readonly group: CorruptionGroup;
}

/** The benchmark's fifteen. */
export const benchmarkCorruptions: readonly EvaluatedCorruption[] = Object.entries(
  corruptionGroups,
).flatMap(([group, names]) => names.map((name) => ({ name, group }) as EvaluatedCorruption));

/** The fifteen without frost, whose photographs nobody may redistribute. */
export const evaluatedCorruptions: readonly EvaluatedCorruption[] = benchmarkCorruptions.filter(
  ({ name }) => name !== "frost",
);
