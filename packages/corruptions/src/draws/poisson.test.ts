import { createRng } from "@apr-kit/contracts";
import { describe, expect, test } from "@jest/globals";
import { poisson, poissonInPlace } from "./poisson.ts";

const COUNT = 4000;

function sample(rate: number): readonly number[] {
  const rng = createRng({ seed: 2, purpose: `poisson ${rate}` });
  return Array.from({ length: COUNT }, () => poisson(rng.uniform(), rate));
}

describe("poisson(uniform, rate)", () => {
  test.each([0.001, 0.2, 0.7, 3, 9.99, 10, 60, 500, 30_000])("has mean and variance %d", (rate) => {
    const values = sample(rate);
    const mean = values.reduce((a, b) => a + b) / COUNT;
    const variance = values.reduce((sum, k) => sum + (k - mean) ** 2, 0) / COUNT;
    expect(Math.abs(mean - rate)).toBeLessThan(4 * Math.sqrt(rate / COUNT));
    const error = Math.sqrt((rate + 2 * rate * rate) / COUNT); // of a Poisson sample's variance
    expect(Math.abs(variance - rate)).toBeLessThan(4 * error);
  });

  test.each([0.3, 4, 11, 120])("steps where the distribution function of rate %d does", (rate) => {
    let probability = Math.exp(-rate);
    let below = probability;
    for (let k = 0; below < 1 - 1e-9; k++) {
      if (below > 1e-9) {
        expect(poisson(below - 1e-12, rate)).toBeLessThanOrEqual(k);
        expect(poisson(below + 1e-12, rate)).toBeGreaterThan(k);
      }
      probability *= rate / (k + 1);
      below += probability;
    }
  });

  test("is 0 at rate 0, and finite at the ends of the uniform numbers", () => {
    expect(poisson(0.7, 0)).toBe(0);
    expect(poisson(0, 3)).toBe(0);
    const last = poisson(1 - 2 ** -53, 3);
    expect(last).toBeGreaterThan(15);
    expect(last).toBeLessThan(40);
  });

  test("of many at once is that of each", () => {
    const rng = createRng({ seed: 4, purpose: "many" });
    const rates = Float64Array.from({ length: 3000 }, (_, i) =>
      i % 3 ? rng.integer(256) * 0.7 : i,
    );
    for (const some of [rates, new Float64Array(5), rates.map((rate) => rate / 1e6)]) {
      const uniforms = some.map(() => rng.uniform());
      const expected = uniforms.map((uniform, i) => poisson(uniform, some[i]!));
      poissonInPlace(uniforms, some);
      expect(uniforms).toEqual(expected);
    }
    expect(() => poissonInPlace(Float64Array.of(0.5), Float64Array.of(-1))).toThrow("rate");
  });

  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])("rejects a rate of %d", (rate) => {
    expect(() => poisson(0.5, rate)).toThrow("poisson: expected rate to be a finite number ≥ 0");
  });
});
