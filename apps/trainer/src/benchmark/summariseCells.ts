import {
  benchmarkCorruptions,
  type CorruptionErrors,
  type CorruptionSummary,
  corruptionGroups,
  meanCorruptionError,
  type Rate,
  relativeMeanCorruptionError,
} from "@apr-kit/metrics";

/** One corruption at one severity. */
export interface MeasuredCell extends Pick<Rate, "value" | "hits" | "count"> {
  readonly corruption: string;
  readonly severity: number;
  readonly seconds: number;
}

export interface BenchmarkSummary {
  /** Mean error over severities, by corruption, validation extras included. */
  readonly byCorruption: { readonly [corruption: string]: number };
  /** Plain mean of top-1 errors. */
  readonly mean?: CorruptionSummary;
  /** Over AlexNet's errors; of ImageNet-C only. */
  readonly meanCorruptionError?: CorruptionSummary;
  readonly relativeMeanCorruptionError?: ReturnType<typeof relativeMeanCorruptionError>;
  /** Why a figure is not given. */
  readonly remarks: readonly string[];
}

export interface SummariseOptions {
  readonly cleanError?: number;
  /** Whether AlexNet's errors apply. */
  readonly isImageNet: boolean;
}

/** The means of what was measured; those that would not be comparable with published ones are left out, with the reason. */
export function summariseCells(
  cells: readonly MeasuredCell[],
  { cleanError, isImageNet }: SummariseOptions,
): BenchmarkSummary {
  const errors = errorsOf(cells);
  const byCorruption = Object.fromEntries(
    Object.entries(errors).map(([name, values]) => [name, mean(values)]),
  );
  const over = benchmarkCorruptions.filter((name) => errors[name] !== undefined);
  const lacking = Object.entries(corruptionGroups)
    .filter(([, names]) => !names.some((name) => errors[name] !== undefined))
    .map(([group]) => group);
  const counts = new Set(over.map((name) => errors[name]?.length));
  if (lacking.length > 0) {
    return { byCorruption, remarks: [`no mean: nothing of ${lacking.join(", ")} was measured`] };
  }
  if (counts.size !== 1) {
    return { byCorruption, remarks: ["no mean: not all corruptions have the same severities"] };
  }
  const own = Object.fromEntries(over.map((name) => [name, errors[name] as readonly number[]]));
  const plain = meanCorruptionError(own, { normalizeBy: "none", over });
  if (!isImageNet) return { byCorruption, mean: plain, remarks: [] };
  const isWhole = [...counts][0] === 5;
  if (!isWhole) {
    return { byCorruption, mean: plain, remarks: ["no mCE: it takes all five severities"] };
  }
  const remarks: string[] = [];
  const normalized = meanCorruptionError(own, { normalizeBy: "alexnet", over });
  const isComplete = over.length === benchmarkCorruptions.length;
  if (!isComplete) remarks.push("no relative mCE: it takes all fifteen corruptions");
  else if (cleanError === undefined)
    remarks.push("no relative mCE: it takes the clean error (--clean)");
  const relative =
    isComplete && cleanError !== undefined
      ? { relativeMeanCorruptionError: relativeMeanCorruptionError(own, { cleanError }) }
      : {};
  return { byCorruption, mean: plain, meanCorruptionError: normalized, ...relative, remarks };
}

function errorsOf(cells: readonly MeasuredCell[]): CorruptionErrors {
  const errors: Record<string, number[]> = {};
  const inOrder = [...cells].sort((a, b) => a.severity - b.severity);
  for (const { corruption, value } of inOrder) {
    errors[corruption] ??= [];
    errors[corruption].push(value);
  }
  return errors;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
