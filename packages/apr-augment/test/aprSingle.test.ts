import type { PixelBatch } from "@apr-kit/contracts";
import { expectTensorDelta, pixelImages } from "@apr-kit/testing";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  type AprSingleDraw,
  type AprSingleOptions,
  applyAprSingle,
  applyOp,
  applyOps,
  aprSingle,
  drawAprSingle,
  type OpDraw,
} from "../src/index.ts";
import { describeOnEveryEngine } from "./engines.ts";
import { decodeBytes, decodeFloats, picture, readGolden } from "./golden.ts";
import { recombinationGolden } from "./recombinationGolden.ts";

const NO_OP: OpDraw = { op: "posterize", bits: 8 };
const ROTATE: OpDraw = { op: "rotate", degrees: 5 };
const KEY = { seed: 3, epoch: 1 };

const rgb = pixelImages({ channels: [3], maxSide: 8, maxBatch: 4 });

function batchOf(count: number, side = 12): PixelBatch {
  const { data } = picture("noise", count * side, side);
  return { data, shape: [count, side, side, 3] };
}

function take({ data, shape }: PixelBatch, places: readonly number[]): PixelBatch {
  const size = shape[1] * shape[2] * shape[3];
  const parts = places.map((place) => [...data.subarray(place * size, (place + 1) * size)]);
  return { data: Uint8Array.from(parts.flat()), shape: [places.length, shape[1], shape[2], 3] };
}

function run(pixels: PixelBatch, options: AprSingleOptions): number[] {
  const images = aprSingle(pixels, options);
  const values = [...images.dataSync()];
  images.dispose();
  return values;
}

describeOnEveryEngine("aprSingle", () => {
  const cases = recombinationGolden.single.flatMap((golden, index) =>
    (["spatialAndChannel", "spatial"] as const).map((axes) => ({ ...golden, index, axes })),
  );

  test.each(cases)("equals NumPy and Pillow, case $index, $axes", (golden) => {
    const { shape, input, draw, views, axes } = golden;
    const pixels = { shape, data: decodeBytes(input) };
    const expected = golden.expected[axes];
    const exact = decodeFloats(expected.float);
    const clipRound = applyAprSingle(pixels, [draw], { views, axes }).dataSync();
    const wrap = applyAprSingle(pixels, [draw], { views, axes, quantize: "wrap" }).dataSync();
    for (const [i, value] of exact.entries()) {
      // Where float32 and float64 may fall on different sides of a rounding boundary, both are right.
      const toHalf = Math.abs(value - Math.floor(value) - 0.5);
      if (toHalf > 1e-3) expect([i, clipRound[i]]).toEqual([i, decodeBytes(expected.clipRound)[i]]);
      if (0.5 - toHalf > 1e-3) expect([i, wrap[i]]).toEqual([i, decodeBytes(expected.wrap)[i]]);
    }
    expect([...clipRound].every((value, i) => Math.abs(value - clip(exact[i])) <= 0.501)).toBe(
      true,
    );
  });

  test("equals the recorded 8×8 example, amplitude of the rotated view", () => {
    const golden = readGolden<{
      readonly input8: number[];
      readonly recombine_uint8_clip_round: number[];
      readonly recombine_uint8_wrap_x86: number[];
    }>("apr");
    const pixels: PixelBatch = { shape: [1, 8, 8, 3], data: Uint8Array.from(golden.input8) };
    const draw: AprSingleDraw = {
      first: NO_OP,
      second: ROTATE,
      recombine: true,
      amplitudeFrom: "second",
    };
    const clipRound = applyAprSingle(pixels, [draw]);
    const wrap = applyAprSingle(pixels, [draw], { quantize: "wrap" });
    expect([...clipRound.dataSync()]).toEqual(golden.recombine_uint8_clip_round);
    expect([...wrap.dataSync()]).toEqual(golden.recombine_uint8_wrap_x86);
  });

  test("a view recombined with itself is the view, whatever the direction", () => {
    fc.assert(
      fc.property(rgb, fc.constantFrom("first", "second"), (pixels, amplitudeFrom) => {
        const draw = { first: ROTATE, second: NO_OP, recombine: true, amplitudeFrom } as const;
        const draws = Array<AprSingleDraw>(pixels.shape[0]).fill(draw);
        const out = applyAprSingle(pixels, draws);
        const view = applyOp(pixels, ROTATE);
        const gap = out.dataSync().map((value, i) => Math.abs(value - (view.data[i] as number)));
        return Math.max(...gap) <= 1;
      }),
      { numRuns: 30 },
    );
  });

  test("probability 0 leaves the first operation alone, exactly", () => {
    const pixels = batchOf(5);
    const options = { ...KEY, samples: [4, 8, 15, 16, 23], probability: 0 };
    const firsts = drawAprSingle(pixels.shape, options).map(({ first }) => first);
    expect(run(pixels, options)).toEqual([...applyOps(pixels, firsts).data]);
  });

  test("independent views apply the second operation to the image", () => {
    const pixels = batchOf(2);
    const half: OpDraw = { op: "solarize", threshold: 0 };
    const draw = { first: half, second: half, recombine: true, amplitudeFrom: "first" } as const;
    const out = applyAprSingle(pixels, [draw, draw], { views: "independent" });
    const inverted = applyOp(pixels, half).data; // both views are the same, hence the result is, too
    const gap = out.dataSync().map((value, i) => Math.abs(value - (inverted[i] as number)));
    expect(Math.max(...gap)).toBeLessThanOrEqual(1);
  });

  test("an image's result depends neither on the batch it is in nor on its place", () => {
    const pixels = batchOf(6);
    const samples = [100, 7, 31, 8, 2, 50_000];
    const whole = run(pixels, { ...KEY, samples });
    const size = whole.length / 6;
    const order = [3, 0, 5, 1, 4, 2];
    const permuted = run(take(pixels, order), {
      ...KEY,
      samples: order.map((i) => samples[i] ?? 0),
    });
    for (const [place, i] of order.entries()) {
      const own = whole.slice(i * size, (i + 1) * size);
      expect(permuted.slice(place * size, (place + 1) * size)).toEqual(own);
      expect(run(take(pixels, [i]), { ...KEY, samples: [samples[i] ?? 0] })).toEqual(own);
    }
  });

  test("results are whole bytes in both quantisations, and differ between seeds and epochs", () => {
    const pixels = batchOf(8);
    const samples = Int32Array.from({ length: 8 }, (_, i) => i);
    for (const quantize of ["clipRound", "wrap"] as const) {
      const values = run(pixels, { ...KEY, samples, probability: 1, quantize });
      expect(values.every((v) => Number.isInteger(v) && v >= 0 && v <= 255)).toBe(true);
    }
    const first = run(pixels, { ...KEY, samples });
    expect(run(pixels, { ...KEY, samples })).toEqual(first);
    expect(run(pixels, { ...KEY, epoch: 2, samples })).not.toEqual(first);
    expect(run(pixels, { ...KEY, seed: 4, samples })).not.toEqual(first);
  });

  test.each([0, 0.5, 1])("leaves one tensor behind at probability %d", (probability) => {
    const samples = [0, 1, 2, 3];
    expectTensorDelta(() => aprSingle(batchOf(4, 6), { ...KEY, samples, probability }), 1);
  });

  test("works on images of one pixel, one row, one column", () => {
    for (const [height, width] of [
      [1, 1],
      [1, 7],
      [5, 1],
    ] as const) {
      const pixels = picture("noise", height, width);
      const values = run(pixels, { ...KEY, samples: [1], probability: 1 });
      expect(values.every((v) => Number.isInteger(v) && v >= 0 && v <= 255)).toBe(true);
    }
  });
});

describe("aprSingle refuses", () => {
  const pixels = batchOf(2, 4);
  const good = { ...KEY, samples: [0, 1] };
  const unknown = (options: object) => ({ ...good, ...options }) as AprSingleOptions;

  test.each([
    [{ samples: [0] }, "expected samples of length 2, one for each image, got length 1"],
    [{ samples: [0, -1] }, "expected samples[1] to be an integer in [0, 2^32), got -1"],
    [{ samples: [Number.NaN, 1] }, "expected samples[0] to be an integer in [0, 2^32), got NaN"],
    [{ seed: 0.5 }, "expected seed to be an integer in [0, 2^53), got 0.5"],
    [{ epoch: -1 }, "expected epoch to be an integer in [0, 2^32), got -1"],
    [{ probability: 1.01 }, "expected probability in [0, 1], got 1.01"],
    [{ probability: Number.NaN }, "expected probability in [0, 1], got NaN"],
    [{ level: 0 }, "expected level in [0.1, 10], got 0"],
    [{ level: Number.NaN }, "expected level in [0.1, 10], got NaN"],
    [{ ops: [] }, "expected ops to name an operation, got []"],
    [{ ops: ["blur"] }, 'expected a known operation, got "blur"'],
    [{ views: "both" }, 'expected views to be "nested" or "independent", got "both"'],
    [{ axes: "3d" }, 'expected axes to be "spatialAndChannel" or "spatial", got "3d"'],
    [{ quantize: "round" }, 'expected quantize to be "clipRound" or "wrap", got "round"'],
  ])("%j", (options, message) => {
    expect(() => aprSingle(pixels, unknown(options))).toThrow(message);
  });

  test("images that are not RGB, or none at all", () => {
    const grey: PixelBatch = { data: new Uint8Array(8), shape: [2, 2, 2, 1] };
    const none: PixelBatch = { data: new Uint8Array(0), shape: [0, 2, 2, 3] };
    const requirement =
      "aprSingle: expected RGB images of shape [batch ≥ 1, height ≥ 1, width ≥ 1, 3]";
    expect(() => aprSingle(grey, good)).toThrow(`${requirement}, got [2, 2, 2, 1]`);
    expect(() => aprSingle(none, { ...KEY, samples: [] })).toThrow(
      `${requirement}, got [0, 2, 2, 3]`,
    );
    expect(() => aprSingle({ ...pixels, data: new Uint8Array(5) }, good)).toThrow("got 5 bytes");
  });

  test("records that do not fit", () => {
    const draws = drawAprSingle(pixels.shape, good);
    expect(() => applyAprSingle(pixels, draws.slice(1))).toThrow("expected draws of length 2");
    const broken = draws.map((draw) => ({ ...draw, first: { op: "rotate", degrees: Number.NaN } }));
    expect(() => applyAprSingle(pixels, broken as AprSingleDraw[])).toThrow("degrees to be finite");
  });
});

function clip(value: number | undefined): number {
  return Math.min(255, Math.max(0, value as number));
}
