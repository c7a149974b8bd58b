import { ShapeError, show, ValueError } from "@apr-kit/contracts";
import { assertFeatures, type FeatureTable } from "./featureTable.ts";
import { kthSmallest } from "./kthSmallest.ts";

export interface KnnScoresOptions {
  /** Which nearest neighbour counts, integer in [1, number of reference rows]. */
  readonly k: number;
  /** Scale every row to length 1 first, default true. */
  readonly normalize?: boolean;
}

/**
 * Returns minus the Euclidean distance to the k-th nearest reference row.
 *
 * @param features  rows to score
 * @param reference rows of training images
 * @returns [batch], ≤ 0; larger means in-distribution
 *
 * Convention: a row that is itself in the reference counts as its own nearest neighbour. Rows of zeros stay zero.
 * Cost: O(batch · reference · width); exact, no index.
 *
 * @throws {ShapeError} if the widths differ
 * @throws {ValueError} if k is out of range or a feature is not finite
 *
 * @see Sun et al., Out-of-Distribution Detection with Deep Nearest Neighbors, ICML 2022, §3.
 */
export function knnScores(
  features: FeatureTable,
  reference: FeatureTable,
  { k, normalize = true }: KnnScoresOptions,
): Float64Array {
  const rows = assertFeatures("knnScores", features);
  const references = assertFeatures("knnScores", reference);
  const { width } = reference;
  if (features.width !== width) {
    throw new ShapeError("knnScores", {
      expected: `features of width ${width}, as the reference`,
      actual: `${features.width}`,
    });
  }
  if (!(Number.isInteger(k) && k >= 1 && k <= references)) {
    throw new ValueError("knnScores", {
      expected: `k to be an integer in [1, ${references}]`,
      actual: show(k),
    });
  }
  const queries = normalize ? unitRows(features) : Float64Array.from(features.data);
  const table = normalize ? unitRows(reference) : Float64Array.from(reference.data);
  const squared = new Float64Array(references);
  return Float64Array.from({ length: rows }, (_, row) => {
    for (let other = 0; other < references; other++) {
      let sum = 0;
      for (let d = 0; d < width; d++) {
        const difference =
          (queries[row * width + d] as number) - (table[other * width + d] as number);
        sum += difference * difference;
      }
      squared[other] = sum;
    }
    return -Math.sqrt(kthSmallest(squared, k));
  });
}

function unitRows({ data, width }: FeatureTable): Float64Array {
  const unit = Float64Array.from(data);
  for (let start = 0; start < unit.length; start += width) {
    const row = unit.subarray(start, start + width);
    const length = Math.hypot(...row) || 1; // a row of zeros has no direction
    row.forEach((value, d) => {
      row[d] = value / length;
    });
  }
  return unit;
}
