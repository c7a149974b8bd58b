import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Norm } from "./projectOntoBall.ts";
import { projectOntoHyperplane } from "./projectOntoHyperplane.ts";

const norms: readonly Norm[] = ["Linf", "L2"];
const cases = fc
  .array(
    fc.record({
      value: fc.integer({ min: 0, max: 64 }).map((level) => level / 64),
      slope: fc.integer({ min: -8, max: 8 }).map((level) => level / 4),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .chain((entries) => fc.tuple(fc.constant(entries), fc.double({ min: -2, max: 2, noNaN: true })));

function dot(w: ArrayLike<number>, d: ArrayLike<number>): number {
  return Array.from(w).reduce((sum, slope, i) => sum + slope * (d[i] as number), 0);
}

function size(d: Float64Array, norm: Norm): number {
  return norm === "Linf" ? Math.max(...d.map(Math.abs)) : Math.sqrt(dot(d, d));
}

/** The same by bisection of the multiplier, blind to break points. */
function bisected(point: Float32Array, normal: Float32Array, excess: number, norm: Norm) {
  const at = (lambda: number) =>
    Float64Array.from(point, (value, i) => {
      const slope = Math.sign(excess) * (normal[i] as number);
      const rate = norm === "Linf" ? 1 : Math.abs(slope);
      const room = slope > 0 ? value : 1 - value;
      return slope === 0 ? 0 : -Math.sign(slope) * Math.min(lambda * rate, room);
    });
  let [low, high] = [0, 1e6];
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (Math.abs(dot(normal, at(middle))) < Math.abs(excess)) low = middle;
    else high = middle;
  }
  return at(high);
}

describe.each(norms)("projectOntoHyperplane, %s", (norm) => {
  test("is the closed form where the box is far", () => {
    const normal = Float32Array.of(1, -2, 0, 0.5);
    const d = projectOntoHyperplane(Float32Array.of(0.5, 0.5, 0.5, 0.5), normal, {
      excess: 0.35,
      norm,
    });
    const expected =
      norm === "Linf" ? [-0.1, 0.1, 0, -0.1] : [1, -2, 0, 0.5].map((w) => (-0.35 * w) / 5.25);
    expected.forEach((value, i) => {
      expect(d[i]).toBeCloseTo(value, 12);
    });
  });

  test("ends on the plane, in the box, and is as small as bisection finds", () => {
    fc.assert(
      fc.property(cases, ([entries, excess]) => {
        const point = Float32Array.from(entries, ({ value }) => value);
        const normal = Float32Array.from(entries, ({ slope }) => slope);
        const d = projectOntoHyperplane(point, normal, { excess, norm });
        const other = bisected(point, normal, excess, norm);
        d.forEach((change, i) => {
          expect((point[i] as number) + change).toBeGreaterThanOrEqual(-1e-12);
          expect((point[i] as number) + change).toBeLessThanOrEqual(1 + 1e-12);
        });
        expect(dot(normal, d)).toBeCloseTo(dot(normal, other), 9);
        expect(size(d, norm)).toBeCloseTo(size(other, norm), 9);
      }),
      { numRuns: 50 },
    );
  });

  test("takes all the room there is where the plane is out of reach", () => {
    const d = projectOntoHyperplane(Float32Array.of(0.25, 0.75), Float32Array.of(1, -1), {
      excess: 5,
      norm,
    });
    expect([...d]).toEqual([-0.25, 0.25]);
  });
});
