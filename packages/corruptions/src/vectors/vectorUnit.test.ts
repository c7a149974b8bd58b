import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type Region, vectorUnit } from "./vectorUnit.ts";

const finite = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 });
const rows = fc
  .integer({ min: 1, max: 9 })
  .chain((length) =>
    fc.tuple(...[0, 1, 2].map(() => fc.array(finite, { minLength: length, maxLength: length }))),
  );

describe("vectorUnit()", () => {
  test("sums rows of any length to the bits of the scripts' arithmetic", () => {
    fc.assert(
      fc.property(rows, finite, finite, ([a = [], b = [], old = []], p, q) => {
        const unit = vectorUnit();
        const apply = (call: (to: Region, left: Region, right: Region) => void) => {
          const [left, right, to] = unit.lend(a.length, a.length, a.length);
          left.values.set(a);
          right.values.set(b);
          to.values.set(old);
          call(to, left, right);
          return [...to.values];
        };
        const bytes = 8 * a.length;
        expect(apply((to, { at }) => unit.scale(to.at, at, p, bytes))).toEqual(a.map((x) => x * p));
        expect(apply((to, l, r) => unit.add(to.at, l.at, r.at, bytes))).toEqual(
          a.map((x, i) => x + b[i]!),
        );
        expect(apply((to, l, r) => unit.mix(to.at, l.at, p, r.at, q, bytes))).toEqual(
          a.map((x, i) => x * p + b[i]! * q),
        );
        expect(apply((to, l) => unit.addScaled(to.at, l.at, p, bytes))).toEqual(
          a.map((x, i) => old[i]! + x * p),
        );
        expect(apply((to, l, r) => unit.addPair(to.at, l.at, r.at, p, bytes))).toEqual(
          a.map((x, i) => old[i]! + (x + b[i]!) * p),
        );
      }),
      { numRuns: 50 },
    );
  });

  test("lends more than it has, and pieces that do not touch", () => {
    const [first, large] = vectorUnit().lend(3, 3_000_000);
    expect(large.values.length).toBe(3_000_000);
    large.values.fill(7);
    first.values.fill(1);
    vectorUnit().scale(first.at, first.at, 2, 24); // two vectors: one number behind
    expect([...first.values, large.values[0]]).toEqual([2, 2, 2, 7]);
  });
});
