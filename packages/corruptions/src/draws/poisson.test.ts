import { createRng } from "@apr-kit/contracts";
import { describe, expect, test } from "@jest/globals";
import { poisson } from "./poisson.ts";

const COUNT = 4000;

function sample(rate: number): readonly number[] {
  const rng = createRng({ seed: 2, purpose: `poisson ${rate}` });
  return Array.from({ length: COUNT }, () => poisson(rng, rate));
}

describe("poisson(rng, rate)", () => {
  test.each([0.2, 0.7, 3, 9.99, 10, 12.5, 60, 500])("has mean and variance %d", (rate) => {
    const values = sample(rate);
    const mean = values.reduce((a, b) => a + b) / COUNT;
    const variance = values.reduce((sum, k) => sum + (k - mean) ** 2, 0) / COUNT;
    expect(Math.abs(mean - rate)).toBeLessThan(4 * Math.sqrt(rate / COUNT));
    const error = Math.sqrt((rate + 2 * rate * rate) / COUNT); // of a Poisson sample's variance
    expect(Math.abs(variance - rate)).toBeLessThan(4 * error);
  });

  test.each([4, 11, 30])("gives each count its probability at rate %d", (rate) => {
    const counts = new Map<number, number>();
    for (const k of sample(rate)) counts.set(k, (counts.get(k) ?? 0) + 1);
    let probability = Math.exp(-rate);
    for (let k = 0; k < 3 * rate; k++) {
      const expected = probability * COUNT;
      const error = Math.sqrt(expected * (1 - probability));
      expect(Math.abs((counts.get(k) ?? 0) - expected)).toBeLessThan(4.5 * error + 1);
      probability *= rate / (k + 1);
    }
  });

  test("is 0 at rate 0 and takes nothing from the stream", () => {
    const rng = createRng({ seed: 1, purpose: "a" });
    expect(poisson(rng, 0)).toBe(0);
    expect(rng.uint32()).toBe(createRng({ seed: 1, purpose: "a" }).uint32());
  });

  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])("rejects a rate of %d", (rate) => {
    const rng = createRng({ seed: 1, purpose: "a" });
    expect(() => poisson(rng, rate)).toThrow("poisson: expected rate to be a finite number ≥ 0");
  });
});
