import { ShapeError } from "@apr-kit/contracts";
import type { ClassesOption } from "./accuracy.ts";
import { assertClasses, assertLabels } from "./assertScores.ts";

export interface ConfusionCounts {
  /** [classes, classes], row-major; row = true class, column = predicted class. */
  readonly counts: Float64Array;
  readonly classes: number;
  readonly convention: string;
}

/**
 * Counts how often each class was taken for each other.
 *
 * @param predicted class indices, [batch]; `predictedClasses` makes them from logits
 * @param labels    class indices, [batch]
 * @param options.into counts of earlier batches to add to, for streams; not changed
 *
 * Convention: counts[true · classes + predicted], as in scikit-learn's confusion_matrix.
 *
 * @throws {ShapeError} if the lengths differ, or `into` has other classes
 * @throws {ValueError} if a class index is out of range
 * @example
 * confusionCounts([0, 1, 1], [0, 0, 1], { classes: 2 }).counts; // [1, 1, 0, 1]
 */
export function confusionCounts(
  predicted: ArrayLike<number>,
  labels: ArrayLike<number>,
  { classes, into }: ClassesOption & { readonly into?: ConfusionCounts },
): ConfusionCounts {
  assertClasses("confusionCounts", classes);
  if (predicted.length !== labels.length) {
    throw new ShapeError("confusionCounts", {
      expected: `as many predictions as labels (${labels.length})`,
      actual: `${predicted.length}`,
    });
  }
  if (into !== undefined && into.classes !== classes) {
    throw new ShapeError("confusionCounts", {
      expected: `into to count ${classes} classes`,
      actual: `${into.classes}`,
    });
  }
  assertLabels("confusionCounts", labels, classes);
  assertLabels("confusionCounts of predictions", predicted, classes);
  const counts = into === undefined ? new Float64Array(classes * classes) : into.counts.slice();
  for (let row = 0; row < labels.length; row++) {
    const cell = (labels[row] as number) * classes + (predicted[row] as number);
    counts[cell] = (counts[cell] as number) + 1;
  }
  return { counts, classes, convention: "row: true class, column: predicted class" };
}
