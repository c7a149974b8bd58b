import { ValueError } from "@apr-kit/contracts";

/** A pivot below this share of its diagonal element is rounding, not variance. */
const RELATIVE_PIVOT = 1e-12;

/**
 * Returns the lower triangle L with L Lᵀ = matrix; only the matrix's lower triangle is read.
 *
 * @throws {ValueError} if the matrix is not positive definite to working precision
 */
export function cholesky(where: string, matrix: Float64Array, size: number): Float64Array {
  const lower = new Float64Array(size * size);
  for (let a = 0; a < size; a++) {
    for (let b = 0; b <= a; b++) {
      let value = matrix[a * size + b] as number;
      for (let k = 0; k < b; k++) {
        value -= (lower[a * size + k] as number) * (lower[b * size + k] as number);
      }
      if (a > b) lower[a * size + b] = value / (lower[b * size + b] as number);
      else lower[a * size + a] = Math.sqrt(assertPivot(where, value, matrix[a * size + a]!, a));
    }
  }
  return lower;
}

function assertPivot(where: string, pivot: number, diagonal: number, index: number): number {
  if (pivot > RELATIVE_PIVOT * diagonal) return pivot;
  throw new ValueError(where, {
    expected: "features whose covariance is positive definite (more images, or a ridge above 0)",
    actual: `pivot ${pivot} at feature ${index}`,
  });
}
