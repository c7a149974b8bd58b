import { ShapeError, show, ValueError } from "@apr-kit/contracts";
import { assertClasses, assertLabels } from "../assertScores.ts";
import { cholesky } from "./cholesky.ts";
import { assertFeatures, type FeatureTable } from "./featureTable.ts";

/** Class means of features and the Cholesky factor of their shared covariance. */
export interface ClassGaussians {
  readonly width: number;
  /** [classes, width], row-major. */
  readonly means: Float64Array;
  /** Lower triangle L with L Lᵀ = covariance, [width, width], row-major. */
  readonly factor: Float64Array;
}

export interface ClassGaussiansOptions {
  readonly classes: number;
  /** Added to the diagonal of the covariance, ≥ 0, default 0. */
  readonly ridge?: number;
}

/**
 * Fits one Gaussian per class with a shared covariance to features of training images.
 *
 *     covariance = (1/n) Σ_i (x_i - μ_{y_i})(x_i - μ_{y_i})ᵀ + ridge · I
 *
 * @param features one row of `width` numbers per image
 * @param labels   class indices, [batch]; every class at least once
 *
 * Cost: O(batch · width² + width³).
 *
 * @throws {ShapeError} if the lengths do not fit
 * @throws {ValueError} if a class has no image, a feature is not finite, or the covariance is singular
 *
 * @see Lee et al., A Simple Unified Framework for Detecting Out-of-Distribution Samples, NeurIPS 2018, Eq. (1).
 */
export function fitClassGaussians(
  features: FeatureTable,
  labels: ArrayLike<number>,
  { classes, ridge = 0 }: ClassGaussiansOptions,
): ClassGaussians {
  const where = "fitClassGaussians";
  const rows = assertFeatures(where, features);
  assertClasses(where, classes);
  assertLabels(where, labels, classes);
  if (labels.length !== rows) {
    throw new ShapeError(where, { expected: `${rows} labels`, actual: `${labels.length}` });
  }
  if (!(ridge >= 0 && ridge < Number.POSITIVE_INFINITY)) {
    throw new ValueError(where, { expected: "ridge to be ≥ 0 and finite", actual: show(ridge) });
  }
  const { data, width } = features;
  const means = classMeans(features, labels, classes);
  const covariance = new Float64Array(width * width);
  const centred = new Float64Array(width);
  for (let row = 0; row < rows; row++) {
    const mean = (labels[row] as number) * width;
    for (let d = 0; d < width; d++) {
      centred[d] = (data[row * width + d] as number) - (means[mean + d] as number);
    }
    for (let a = 0; a < width; a++) {
      const scale = (centred[a] as number) / rows;
      for (let b = 0; b <= a; b++) covariance[a * width + b]! += scale * (centred[b] as number);
    }
  }
  for (let d = 0; d < width; d++) covariance[d * width + d]! += ridge;
  return { width, means, factor: cholesky(where, covariance, width) };
}

/**
 * Returns minus the squared Mahalanobis distance to the nearest class mean.
 *
 *     score = -min_c (x - μ_c)ᵀ covariance⁻¹ (x - μ_c)
 *
 * @returns [batch], ≤ 0; larger means in-distribution
 *
 * @throws {ShapeError} if the features have another width than those fitted
 * @throws {ValueError} if a feature is not finite
 */
export function mahalanobisScores(
  features: FeatureTable,
  { width, means, factor }: ClassGaussians,
): Float64Array {
  const rows = assertFeatures("mahalanobisScores", features);
  if (features.width !== width) {
    throw new ShapeError("mahalanobisScores", {
      expected: `features of width ${width}, as fitted`,
      actual: `${features.width}`,
    });
  }
  const solved = new Float64Array(width); // L⁻¹ (x - μ)
  return Float64Array.from({ length: rows }, (_, row) => {
    let nearest = Number.POSITIVE_INFINITY;
    for (let mean = 0; mean < means.length; mean += width) {
      let squared = 0;
      for (let a = 0; a < width; a++) {
        let value = (features.data[row * width + a] as number) - (means[mean + a] as number);
        for (let b = 0; b < a; b++) {
          value -= (factor[a * width + b] as number) * (solved[b] as number);
        }
        solved[a] = value / (factor[a * width + a] as number);
        squared += (solved[a] as number) ** 2;
      }
      nearest = Math.min(nearest, squared);
    }
    return -nearest;
  });
}

function classMeans(
  { data, width }: FeatureTable,
  labels: ArrayLike<number>,
  classes: number,
): Float64Array {
  const means = new Float64Array(classes * width);
  const counts = new Float64Array(classes);
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row] as number;
    counts[label]!++;
    for (let d = 0; d < width; d++) means[label * width + d]! += data[row * width + d] as number;
  }
  const empty = counts.indexOf(0);
  if (empty >= 0) {
    throw new ValueError("fitClassGaussians", {
      expected: `at least one image of class ${empty}`,
      actual: "none",
    });
  }
  return means.map((sum, i) => sum / (counts[Math.floor(i / width)] as number));
}
