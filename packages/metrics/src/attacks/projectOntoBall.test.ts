import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { ascend } from "./ascend.ts";
import { type Norm, perturbationNorm, projectOntoBall } from "./projectOntoBall.ts";

const level = fc.integer({ min: 0, max: 256 }).map((value) => value / 256);
const pairs = fc.array(fc.tuple(level, level), { minLength: 1, maxLength: 20 });

describe.each<Norm>(["Linf", "L2"])("projectOntoBall, %s", (norm) => {
  test("ends within ε and [0, 1], and a second time changes nothing much", () => {
    fc.assert(
      fc.property(pairs, fc.integer({ min: 1, max: 100 }), (values, percent) => {
        const epsilon = percent / 100;
        const image = Float32Array.from(values, ([clean]) => clean);
        const point = Float32Array.from(values, ([clean, other]) => 3 * other - clean);
        projectOntoBall(point, image, { norm, epsilon });
        expect(perturbationNorm(point, image, norm)).toBeLessThanOrEqual(epsilon + 1e-6);
        expect(point.every((value) => value >= 0 && value <= 1)).toBe(true);
        const again = point.slice();
        projectOntoBall(again, image, { norm, epsilon });
        expect(perturbationNorm(again, point, "Linf")).toBeLessThan(1e-6);
      }),
      { numRuns: 100 },
    );
  });

  test("leaves a point of the ball where it is", () => {
    const image = Float32Array.of(0.5, 0.25, 0.75);
    const point = Float32Array.of(0.5625, 0.25, 0.6875);
    projectOntoBall(point, image, { norm, epsilon: 0.1 });
    expect([...point]).toEqual([0.5625, 0.25, 0.6875]);
  });
});

test("an L2 step has its length however small the gradient, and none without one", () => {
  const point = Float32Array.of(0, 0);
  ascend(point, Float32Array.of(3e-30, -4e-30), { norm: "L2", stepSize: 1 });
  expect(point[0]).toBeCloseTo(0.6, 6);
  expect(point[1]).toBeCloseTo(-0.8, 6);
  ascend(point, Float32Array.of(0, 0), { norm: "L2", stepSize: 1 });
  expect(point[0]).toBeCloseTo(0.6, 6);
});

test("an Linf step moves by the sign, and not where the slope is zero", () => {
  const point = Float32Array.of(0, 0, 0);
  ascend(point, Float32Array.of(1e-20, 0, -5), { norm: "Linf", stepSize: 0.25 });
  expect([...point]).toEqual([0.25, 0, -0.25]);
});
