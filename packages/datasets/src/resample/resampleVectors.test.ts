import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { axisWeights } from "./axisWeights.ts";
import { resamplePlainly } from "./resamplePlainly.ts";
import { resampleVectors } from "./resampleVectors.ts";

const filter = fc.constantFrom("box", "bilinear", "hamming", "bicubic", "lanczos");
const axis = fc
  .record({
    filter,
    inSize: fc.integer({ min: 1, max: 50 }),
    outSize: fc.integer({ min: 1, max: 50 }),
    ends: fc.tuple(fc.nat(49), fc.nat(49)),
    cut: fc.double({ min: 0, max: 0.4, noNaN: true }),
  })
  .map(({ outSize, inSize, ends, cut, ...rest }) => {
    const [start, last] = ends.map((end) => end % outSize).sort((a, b) => a - b) as [
      number,
      number,
    ];
    const span = [inSize * cut, inSize * (1 - cut)].map(Math.fround) as [number, number];
    return axisWeights({ ...rest, inSize, outSize, span, start, end: last + 1 });
  });

test("vectors give the bytes of the plain passes", () => {
  const noise = fc
    .integer()
    .chain((seed) => fc.constant((i: number) => Math.imul(i + seed, 0x9e3779b1) >>> 24));
  fc.assert(
    fc.property(axis, axis, noise, fc.boolean(), (rows, columns, at, isHarsh) => {
      const shape = [50, 50, 3] as const;
      const data = Uint8Array.from({ length: 50 * 50 * 3 }, (_, i) =>
        isHarsh ? (at(i) & 1) * 255 : at(i),
      );
      const image = { data, shape };
      expect(resampleVectors(image, rows, columns)).toEqual(resamplePlainly(image, rows, columns));
    }),
    { numRuns: 100 },
  );
});

test("what is not RGB, and what would keep much memory, is left to the plain passes", () => {
  const weights = (inSize: number, outSize: number) =>
    axisWeights({ filter: "box", inSize, outSize, span: [0, inSize], start: 0, end: outSize });
  const grey = { data: new Uint8Array(4), shape: [2, 2, 1] } as const;
  expect(resampleVectors(grey, weights(2, 2), weights(2, 2))).toBeUndefined();
  const point = { data: Uint8Array.of(1, 2, 3), shape: [1, 1, 3] } as const;
  expect(resampleVectors(point, weights(1, 4000), weights(1, 4000))).toBeUndefined();
  expect(resampleVectors(point, weights(1, 1), weights(1, 2))).toEqual(
    Uint8Array.of(1, 2, 3, 1, 2, 3),
  );
});

test("images of several strips are resampled as a whole", () => {
  const shape = [700, 500, 3] as const;
  const data = Uint8Array.from(
    { length: 700 * 500 * 3 },
    (_, i) => Math.imul(i, 0x9e3779b1) >>> 24,
  );
  const weights = (inSize: number, outSize: number) =>
    axisWeights({ filter: "bilinear", inSize, outSize, span: [0, inSize], start: 0, end: outSize });
  const [rows, columns] = [weights(700, 97), weights(500, 83)];
  const image = { data, shape };
  expect(resampleVectors(image, rows, columns)).toEqual(resamplePlainly(image, rows, columns));
});
