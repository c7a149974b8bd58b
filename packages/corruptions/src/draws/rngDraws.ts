import type { Rng } from "@apr-kit/contracts";
import type { Draws } from "./draws.ts";
import { poissonInPlace } from "./poisson.ts";

/**
 * Makes draws out of a seeded stream.
 *
 * @param rng a stream of its own for one image, corruption and severity
 *
 * Randomness: takes the stream's numbers in the order of the calls; see {@link Rng} for words per number. A Poisson
 *             number takes one uniform number.
 */
export function rngDraws(rng: Rng): Draws {
  return {
    normal(count, mean, standardDeviation) {
      const values = new Float64Array(count);
      rng.fillNormal(values);
      for (let i = 0; i < count; i++) values[i] = mean + standardDeviation * values[i]!;
      return values;
    },
    uniform(count, low, high) {
      const values = new Float64Array(count);
      rng.fillUniform(values);
      for (let i = 0; i < count; i++) values[i] = low + (high - low) * values[i]!;
      return values;
    },
    poisson(rates) {
      const values = new Float64Array(rates.length);
      rng.fillUniform(values);
      poissonInPlace(values, rates);
      return values;
    },
    integers(count, low, high) {
      const values = new Int32Array(count);
      for (let i = 0; i < count; i++) values[i] = low + rng.integer(high - low);
      return values;
    },
  };
}
