import { ShapeError, show, ValueError } from "@apr-kit/contracts";
import { assertClasses } from "./assertScores.ts";

export interface SoftmaxOptions {
  readonly classes: number;
  /** Logits are divided by it first; > 0, default 1. */
  readonly temperature?: number;
}

/**
 * Turns logits into probabilities, row by row.
 *
 *     p_k = exp(z_k/T) / Σ_j exp(z_j/T)
 *
 * @param logits [batch, classes], row-major
 * @returns probabilities, [batch, classes], float64
 *
 * @throws {ShapeError} if the length is not a multiple of `classes`
 * @throws {ValueError} if temperature is not positive, or a row holds NaN or no finite maximum
 * @example
 * softmax([0, Math.log(3)], { classes: 2 }); // [0.25, 0.75]
 */
export function softmax(
  logits: ArrayLike<number>,
  { classes, temperature = 1 }: SoftmaxOptions,
): Float64Array {
  assertClasses("softmax", classes);
  if (logits.length % classes !== 0) {
    throw new ShapeError("softmax", {
      expected: `logits of a length divisible by ${classes} classes`,
      actual: `${logits.length} values`,
    });
  }
  if (!(temperature > 0 && temperature < Number.POSITIVE_INFINITY)) {
    throw new ValueError("softmax", {
      expected: "temperature to be positive and finite",
      actual: show(temperature),
    });
  }
  const probabilities = Float64Array.from(logits);
  for (let start = 0; start < probabilities.length; start += classes) {
    softmaxInPlace(probabilities.subarray(start, start + classes), temperature, start / classes);
  }
  return probabilities;
}

function softmaxInPlace(row: Float64Array, temperature: number, index: number): void {
  const maximum = row.reduce((a, b) => Math.max(a, b)); // NaN stays NaN
  if (!Number.isFinite(maximum)) {
    throw new ValueError("softmax", {
      expected: `the largest logit of row ${index} to be finite`,
      actual: `${maximum}`,
    });
  }
  let sum = 0;
  for (let k = 0; k < row.length; k++) {
    row[k] = Math.exp(((row[k] as number) - maximum) / temperature);
    sum += row[k] as number;
  }
  for (let k = 0; k < row.length; k++) row[k] = (row[k] as number) / sum;
}
