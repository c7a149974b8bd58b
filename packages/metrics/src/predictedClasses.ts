import { ShapeError, ValueError } from "@apr-kit/contracts";
import { assertClasses } from "./assertScores.ts";

/**
 * Returns the class of the largest score in every row.
 *
 * @param scores  logits or probabilities, [batch, classes], row-major
 * @param classes number of columns, ≥ 2
 * @returns class indices, [batch]
 *
 * Convention: of equal scores the lowest index wins, as in numpy.argmax.
 *
 * @throws {ShapeError} if the length is not a multiple of `classes`
 * @throws {ValueError} if a score is NaN
 * @example
 * predictedClasses([1, 3, 2, 5, 5, 0], 3); // [1, 0]
 */
export function predictedClasses(scores: ArrayLike<number>, classes: number): Int32Array {
  assertClasses("predictedClasses", classes);
  if (scores.length % classes !== 0) {
    throw new ShapeError("predictedClasses", {
      expected: `scores of a length divisible by ${classes} classes`,
      actual: `${scores.length} values`,
    });
  }
  return Int32Array.from({ length: scores.length / classes }, (_, row) => {
    let best = 0;
    for (let k = 0; k < classes; k++) {
      const score = scores[row * classes + k] as number;
      if (Number.isNaN(score)) {
        throw new ValueError("predictedClasses", {
          expected: `scores[${row}, ${k}] to be a number`,
          actual: "NaN",
        });
      }
      if (score > (scores[row * classes + best] as number)) best = k;
    }
    return best;
  });
}
