import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { kthSmallest } from "./kthSmallest.ts";

test("kthSmallest is what sorting gives, ties and ready orders included", () => {
  const number = fc.double({ noNaN: true }).map((value) => value + 0); // no -0, which sorting sets apart
  const values = fc.array(fc.oneof(fc.integer({ min: 0, max: 4 }), number), {
    minLength: 1,
    maxLength: 40,
  });
  fc.assert(
    fc.property(values, fc.nat(), (list, at) => {
      const k = (at % list.length) + 1;
      const sorted = Float64Array.from(list).sort();
      for (const order of [Float64Array.from(list), sorted, sorted.toReversed()]) {
        expect(kthSmallest(order.slice(), k)).toEqual(sorted[k - 1]);
      }
    }),
    { numRuns: 300 },
  );
});
