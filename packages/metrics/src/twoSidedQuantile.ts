import { show, ValueError } from "@apr-kit/contracts";

/** Terms of the series until none changes the sum, for |x| below 8.3, the largest quantile asked for. */
const MAX_TERMS = 200;

/**
 * Returns z such that a standard normal variable lies in [-z, z] with probability `confidence`.
 *
 * Convention: Newton steps on Φ, so the result is exact to rounding. twoSidedQuantile(0.95) = 1.959964.
 *
 * @throws {ValueError} unless 0 < confidence < 1
 */
export function twoSidedQuantile(where: string, confidence: number): number {
  if (!(confidence > 0 && confidence < 1)) {
    throw new ValueError(where, {
      expected: "confidence to be a fraction in (0, 1)",
      actual: show(confidence),
    });
  }
  let z = 0;
  // From 0 the steps approach the root from below, because Φ is concave above 0.
  for (let step = 0; step < 1000; step++) {
    const next = z + (confidence / 2 - centralMass(z)) / density(z);
    if (!(next > z)) break;
    z = next;
  }
  return z;
}

function density(x: number): number {
  return Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
}

/** Φ(x) - 1/2 for x ≥ 0. Series: Marsaglia, Evaluating the Normal Distribution, JSS 2004. */
function centralMass(x: number): number {
  let term = x;
  let sum = x;
  for (let k = 1; k < MAX_TERMS && sum + term !== sum; k++) {
    term *= (x * x) / (2 * k + 1);
    sum += term;
  }
  return sum * density(x);
}
