import { type Rng, show, ValueError } from "@apr-kit/contracts";

const TRANSFORMED_FROM = 10; // the rejection constants below are fitted for rates from 10 upwards
const logFactorials: number[] = [0];

/**
 * Draws one Poisson number.
 *
 *     P(k) = rate^k · exp(-rate) / k!
 *
 * @param rate expected value, ≥ 0
 * @returns an integer ≥ 0
 *
 * Convention: a rate of 0 gives 0 and takes nothing from the stream.
 * Randomness: one uniform below a rate of 10 (inversion); from there on about 2.3 uniforms
 *             (transformed rejection), in pairs.
 * Cost:       O(rate) below 10, constant from there on.
 *
 * @throws {ValueError} if rate is not a finite number ≥ 0
 *
 * @see Hörmann, The transformed rejection method for generating Poisson random variables,
 *      Insurance: Mathematics and Economics 12, 1993, algorithm PTRS.
 */
export function poisson(rng: Rng, rate: number): number {
  if (!(rate >= 0 && rate < Number.POSITIVE_INFINITY)) {
    throw new ValueError("poisson", {
      expected: "rate to be a finite number ≥ 0",
      actual: show(rate),
    });
  }
  if (rate === 0) return 0;
  return rate < TRANSFORMED_FROM ? byInversion(rng, rate) : byTransformedRejection(rng, rate);
}

/** Walks up the distribution function until it passes one uniform number. */
function byInversion(rng: Rng, rate: number): number {
  let left = rng.uniform();
  let probability = Math.exp(-rate);
  let k = 0;
  while (left >= probability && probability > 0) {
    left -= probability;
    k++;
    probability *= rate / k;
  }
  return k;
}

function byTransformedRejection(rng: Rng, rate: number): number {
  const logRate = Math.log(rate);
  const b = 0.931 + 2.53 * Math.sqrt(rate);
  const a = -0.059 + 0.02483 * b;
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  const squeeze = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const u = rng.uniform() - 0.5;
    const v = rng.uniform();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + rate + 0.43);
    if (us >= 0.07 && v <= squeeze) return k;
    if (k < 0 || (us < 0.013 && v > us)) continue;
    const hat = Math.log((v * inverseAlpha) / (a / (us * us) + b));
    if (hat <= k * logRate - rate - logFactorial(k)) return k;
  }
}

/** ln k!, summed once and kept: rates here stay below a few thousand. */
function logFactorial(k: number): number {
  for (let n = logFactorials.length; n <= k; n++) {
    logFactorials.push(logFactorials[n - 1]! + Math.log(n));
  }
  return logFactorials[k]!;
}
