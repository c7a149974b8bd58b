import { ShapeError, show, ValueError } from "@apr-kit/contracts";

/** Row sums may be off by this much: float32 softmax over 1000 classes stays below it. */
const SUM_TOLERANCE = 1e-3;

/** Throws unless `classes` is an integer of at least 2. */
export function assertClasses(where: string, classes: number): void {
  if (!(Number.isInteger(classes) && classes >= 2)) {
    throw new ValueError(where, {
      expected: "classes to be an integer ≥ 2",
      actual: show(classes),
    });
  }
}

/** Throws unless `labels` are class indices. */
export function assertLabels(where: string, labels: ArrayLike<number>, classes: number): void {
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row] as number;
    if (!(Number.isInteger(label) && label >= 0 && label < classes)) {
      throw new ValueError(where, {
        expected: `labels[${row}] to be an integer in [0, ${classes})`,
        actual: show(label),
      });
    }
  }
}

/** Throws unless `logits` is [labels.length, classes] without NaN and `labels` are class indices. */
export function assertLogits(
  where: string,
  logits: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
): void {
  assertTable(where, "logits", logits, labels.length, classes);
  assertLabels(where, labels, classes);
}

/** As {@link assertLogits}, and every row is a distribution. */
export function assertProbabilities(
  where: string,
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
): void {
  assertTable(where, "probabilities", probabilities, labels.length, classes);
  assertLabels(where, labels, classes);
  const wrongRow = firstRowThatIsNoDistribution(probabilities, classes);
  if (wrongRow === undefined) return;
  const row = Array.from({ length: classes }, (_, k) => probabilities[wrongRow * classes + k]);
  throw new ValueError(where, {
    expected: `probabilities of row ${wrongRow} in [0, 1] with sum 1 (for logits, apply softmax first)`,
    actual: show(row),
  });
}

/** What functions of logits do about a whole batch that could be the output of a softmax. */
export interface ProbabilitiesOption {
  /** Throw; default true. Nothing is guessed: with false such rows are logits like any others. */
  readonly refuseProbabilities?: boolean;
}

/** Whether every row could be the output of a softmax; true of no rows. Never used to guess, only to refuse. */
export function areProbabilities(logits: ArrayLike<number>, classes: number): boolean {
  return firstRowThatIsNoDistribution(logits, classes) === undefined;
}

/** Throws if every row could be the output of a softmax; `wayOut` ends what was expected. */
export function assertNoProbabilities(
  where: string,
  logits: ArrayLike<number>,
  classes: number,
  wayOut = " (or { refuseProbabilities: false })",
): void {
  if (logits.length === 0 || !areProbabilities(logits, classes)) return;
  const first = Array.from({ length: Math.min(classes, 4) }, (_, k) => logits[k]);
  throw new ValueError(where, {
    expected: `logits, the values before softmax${wayOut}`,
    actual: `rows that are all probabilities, for example ${show(first)}`,
  });
}

function assertTable(
  where: string,
  name: string,
  table: ArrayLike<number>,
  rows: number,
  classes: number,
): void {
  assertClasses(where, classes);
  if (table.length !== rows * classes) {
    throw new ShapeError(where, {
      expected: `${name} of ${rows * classes} values for ${rows} labels and ${classes} classes`,
      actual: `${table.length} values`,
    });
  }
  for (let i = 0; i < table.length; i++) {
    if (Number.isNaN(table[i])) {
      throw new ValueError(where, {
        expected: `${name}[${Math.floor(i / classes)}, ${i % classes}] to be a number`,
        actual: "NaN",
      });
    }
  }
}

function firstRowThatIsNoDistribution(
  table: ArrayLike<number>,
  classes: number,
): number | undefined {
  for (let start = 0; start < table.length; start += classes) {
    let sum = 0;
    let inRange = true;
    for (let k = 0; k < classes; k++) {
      const value = table[start + k] as number;
      inRange &&= value >= 0 && value <= 1 + SUM_TOLERANCE;
      sum += value;
    }
    if (!(inRange && Math.abs(sum - 1) <= SUM_TOLERANCE)) return start / classes;
  }
  return undefined;
}
