import { readFileSync } from "node:fs";
import { fourierBasis2d } from "@apr-kit/fft-core";
import { expectAllClose, expectTensorDelta } from "@apr-kit/testing";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { planeWaves } from "../src/index.ts";
import { describeOnEveryEngine } from "./engines.ts";

interface GoldenWave {
  readonly height: number;
  readonly width: number;
  readonly row: number;
  readonly column: number;
  readonly gatheluck: readonly number[];
  readonly google: readonly number[];
}

const golden = JSON.parse(
  readFileSync(new URL("golden/planeWaves.json", import.meta.url), "utf8"),
) as { cases: GoldenWave[] };

describeOnEveryEngine("planeWaves", () => {
  test.each(golden.cases)(
    "of $height × $width at ($row, $column) are those of both reference tools",
    ({ height, width, row, column, gatheluck, google }) => {
      const at = [{ row, column }];
      expectAllClose(planeWaves(at, { height, width, phaseRadians: 0 }).dataSync(), gatheluck);
      const phaseRadians = Math.PI / 4;
      expectAllClose(planeWaves(at, { height, width, phaseRadians }).dataSync(), google);
    },
  );

  test("of 224 × 224 are cosines to the seventh digit", () => {
    const [height, width, row, column] = [224, 224, -111, 97];
    const wave = planeWaves([{ row, column }], { height, width, phaseRadians: 0 }).dataSync();
    const scale = Math.sqrt(2) / 224;
    let worst = 0;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const turns = ((row * y + column * x) % 224) / 224;
        const exact = scale * Math.cos(2 * Math.PI * turns);
        worst = Math.max(worst, Math.abs(wave[y * width + x]! - exact));
      }
    }
    expect(worst / scale).toBeLessThan(3e-7);
  });

  test("come in the order that was asked for, and leave no tensor behind", () => {
    const frequencies = [
      { row: 0, column: 0 },
      { row: -1, column: 2 },
    ];
    const waves = planeWaves(frequencies, { height: 4, width: 6, phaseRadians: 0 });
    expect(waves.shape).toEqual([2, 4, 6]);
    const single = fourierBasis2d({ height: 4, width: 6, row: -1, column: 2 });
    expectAllClose(waves.dataSync().subarray(24), single.dataSync());
    expectTensorDelta(() => planeWaves(frequencies, { height: 4, width: 6, phaseRadians: 1 }), 1);
  });
});

describe("planeWaves", () => {
  const side = fc.integer({ min: 1, max: 9 });
  const frequency = fc.record({
    row: fc.integer({ min: -9, max: 9 }),
    column: fc.integer({ min: -9, max: 9 }),
  });

  test("have unit norm at any size, frequency and phase", () => {
    fc.assert(
      fc.property(side, side, frequency, fc.double({ min: -3, max: 3, noNaN: true }), check),
      { numRuns: 50 },
    );
    function check(
      height: number,
      width: number,
      at: { row: number; column: number },
      phase: number,
    ) {
      const wave = Array.from(planeWaves([at], { height, width, phaseRadians: phase }).dataSync());
      expect(wave.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 5);
    }
  });

  test("of phase 0 are fft-core's basis, the same at a frequency and its mirror", () => {
    fc.assert(
      fc.property(side, side, frequency, (height, width, { row, column }) => {
        const basis = fourierBasis2d({ height, width, row, column }).dataSync();
        const pair = [
          { row, column },
          { row: -row, column: -column },
        ];
        const waves = planeWaves(pair, { height, width, phaseRadians: 0 }).dataSync();
        expectAllClose(waves.subarray(0, height * width), basis);
        expectAllClose(waves.subarray(height * width), basis);
      }),
      { numRuns: 50 },
    );
  });

  test("of different pairs of frequencies are orthogonal", () => {
    const options = { height: 5, width: 6, phaseRadians: Math.PI / 4 };
    const frequencies = [
      { row: 0, column: 0 },
      { row: -1, column: 1 },
      { row: -1, column: -1 },
      { row: 0, column: -3 },
      { row: -2, column: 0 },
    ];
    const waves = planeWaves(frequencies, options).dataSync();
    for (let i = 0; i < frequencies.length; i++) {
      for (let j = 0; j < i; j++) {
        let product = 0;
        for (let k = 0; k < 30; k++) product += waves[30 * i + k]! * waves[30 * j + k]!;
        expect(product).toBeCloseTo(0, 6);
      }
    }
  });
});
