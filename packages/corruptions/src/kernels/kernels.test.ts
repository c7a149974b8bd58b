import { createRng } from "@apr-kit/contracts";
import { describe, expect, test } from "@jest/globals";
import { recordedDraws } from "../draws/recordedDraws.ts";
import { rngDraws } from "../draws/rngDraws.ts";
import { affineFromPoints } from "./affineFromPoints.ts";
import { nearestIndex, reflect101Index, reflectIndex } from "./borders.ts";
import { boxResize } from "./boxResize.ts";
import { canny } from "./canny.ts";
import { chamferDistance } from "./chamferDistance.ts";
import { correlate } from "./correlate.ts";
import { diskKernel } from "./diskKernel.ts";
import { displace } from "./displace.ts";
import { equalizeHistogram } from "./equalizeHistogram.ts";
import { filter3x3 } from "./filter3x3.ts";
import { mapHsv } from "./mapHsv.ts";
import { motionBlur } from "./motionBlur.ts";
import { plasmaFractal } from "./plasmaFractal.ts";
import { roundHalfToEven } from "./roundHalfToEven.ts";
import { bytesFromUnit, unitFromBytes } from "./unitPixels.ts";
import { warpAffine } from "./warpAffine.ts";
import { zoomTaps } from "./zoomTaps.ts";

describe("indices beyond the border", () => {
  const line = (at: (index: number, length: number) => number) =>
    [-5, -4, -3, -2, -1, 0, 3, 4, 5, 6, 7, 8].map((index) => at(index, 4)).join("");

  test("repeat the edge, mirror with it, or mirror without it", () => {
    expect(line(nearestIndex)).toBe("000000333333");
    expect(line(reflectIndex)).toBe("332100332100");
    expect(line(reflect101Index)).toBe("123210321012");
    expect(reflect101Index(7, 1)).toBe(0);
  });
});

test("roundHalfToEven(value) rounds ties to the even neighbour", () => {
  expect([0.5, 1.5, 2.5, -1.5, -2.5, 2.4, -2.6].map(roundHalfToEven)).toEqual([
    0, 2, 2, -2, -2, 2, -3,
  ]);
});

test("bytesFromUnit(unit) truncates, clips, and undoes unitFromBytes", () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
  expect(bytesFromUnit(Float64Array.of(0.999, -1, 2, Number.NaN))).toEqual(
    Uint8Array.of(254, 0, 255, 0),
  );
  expect(bytesFromUnit(unitFromBytes(bytes))).toEqual(bytes);
});

test.each([
  [8, 1.013],
  [10, 1.0108],
  [0.5, 1],
])("diskKernel(%d, 0.5) sums to %d", (radius, expected) => {
  const { weights } = diskKernel(radius, 0.5);
  expect(weights.reduce((a, b) => a + b)).toBeCloseTo(expected, 4);
});

test("correlate(values, side, channels, window) equals the sum over the window", () => {
  const side = 12;
  const window = diskKernel(3, 0.1);
  const values = Float64Array.from({ length: side * side }, (_, i) => (i * 31) % 17);
  const out = correlate(values, side, 1, window);
  const span = 2 * window.reach + 1;
  for (const [y, x] of [
    [0, 0],
    [5, 6],
    [11, 2],
  ] as const) {
    let sum = 0;
    for (let k = 0; k < window.weights.length; k++) {
      const row = reflect101Index(y + Math.floor(k / span) - window.reach, side);
      const column = reflect101Index(x + (k % span) - window.reach, side);
      sum += window.weights[k]! * values[row * side + column]!;
    }
    expect(out[y * side + x]).toBeCloseTo(sum, 10);
  }
});

test("zoomTaps(side, factor) tells 1.25 from the next float, as the reference's sizes do", () => {
  const exact = zoomTaps(32, 1.25);
  const above = zoomTaps(32, 1.2500000000000002);
  expect(exact.fraction).not.toEqual(above.fraction);
  const identity = zoomTaps(32, 1);
  expect([...identity.first]).toEqual(Array.from({ length: 32 }, (_, i) => i));
  expect(identity.fraction.every((fraction) => fraction === 0)).toBe(true);
});

test("motionBlur(bytes, ...) of a point trails to one side only and keeps a flat image", () => {
  const point = new Uint8Array(81);
  point[40] = 255; // row 4, column 4
  const trail = motionBlur(point, 9, 1, { radius: 2, sigma: 2 }, 0);
  const row = [...trail.subarray(36, 45)];
  expect(row.slice(5)).toEqual([0, 0, 0, 0]); // a pixel looks right, so light moves left
  expect(row.slice(0, 5).every((value, i, all) => i === 0 || value > all[i - 1]!)).toBe(true);
  const flat = new Uint8Array(81).fill(77);
  expect(motionBlur(flat, 9, 1, { radius: 3, sigma: 1 }, 33)).toEqual(flat);
});

describe("plasmaFractal(size, decay, draws)", () => {
  test("spans [0, 1] and takes size² - 1 numbers", () => {
    const draws = rngDraws(createRng({ seed: 1, purpose: "plasma" }));
    const map = plasmaFractal(32, 2, draws);
    expect([Math.min(...map), Math.max(...map)]).toEqual([0, 1]);
    expect(() => plasmaFractal(8, 2, recordedDraws(new Float64Array(62).fill(1)))).toThrow(
      "at least 63 recorded numbers",
    );
  });
});

describe("boxResize(bytes, side, newSide)", () => {
  const bytes = new Uint8Array(8 * 8 * 3);
  for (let y = 0, i = 0; y < 8; y++) {
    for (let x = 0; x < 8; x++) {
      for (let c = 0; c < 3; c++) bytes[i++] = (29 * y + 31 * x + 71 * c + x * y) % 256;
    }
  }

  test("to 5 × 5 gives Pillow's bytes", () => {
    expect([...boxResize(bytes, 8, 5)]).toEqual(PILLOW_BOX);
  });

  test("to twice the side repeats every pixel", () => {
    const grown = boxResize(bytes, 8, 16);
    for (let y = 0; y < 16; y++) {
      for (let x = 0; x < 16; x++) {
        expect(grown[(y * 16 + x) * 3]).toBe(bytes[((y >> 1) * 8 + (x >> 1)) * 3]);
      }
    }
  });
});

test("mapHsv(rgb, change) without a change keeps colours, and without saturation makes grey", () => {
  const rgb = Float64Array.from({ length: 300 }, (_, i) => ((i * 73) % 101) / 100);
  const same = mapHsv(rgb.slice(), { component: "value", multiplier: 1, addend: 0 });
  for (let i = 0; i < rgb.length; i++) expect(same[i]).toBeCloseTo(rgb[i]!, 12);
  const grey = mapHsv(rgb.slice(), { component: "saturation", multiplier: 0, addend: 0 });
  for (let i = 0; i < rgb.length; i += 3) {
    expect([grey[i + 1], grey[i + 2]]).toEqual([grey[i], grey[i]]);
    expect(grey[i]).toBe(Math.max(rgb[i]!, rgb[i + 1]!, rgb[i + 2]!));
  }
});

describe("moving an image", () => {
  const side = 6;
  const image = Float32Array.from({ length: side * side * 3 }, (_, i) => ((i * 7) % 13) / 13);

  test("warpAffine by the identity and displace by zeros keep it", () => {
    expect(warpAffine(image, side, [1, 0, 0, 0, 1, 0])).toEqual(image);
    const still = new Float32Array(side * side);
    expect(displace(image, side, still, still)).toEqual(image);
  });

  test("warpAffine by one pixel to the right and displace by -1 agree inside", () => {
    const warped = warpAffine(image, side, [1, 0, 1, 0, 1, 0]);
    const left = new Float32Array(side * side).fill(-1);
    const displaced = displace(image, side, left, new Float32Array(side * side));
    for (let y = 0; y < side; y++) {
      for (let x = 1; x < side; x++) {
        const at = (y * side + x) * 3;
        expect(warped[at]).toBe(image[at - 3]);
        expect(displaced[at]).toBe(image[at - 3]);
      }
    }
  });

  test("affineFromPoints(from, to) takes each point to its image", () => {
    const from = [
      [26, 26],
      [26, 6],
      [6, 6],
    ] as const;
    const to = [
      [27, 25],
      [24.5, 7],
      [5, 6.25],
    ] as const;
    const [a, b, c, d, e, f] = affineFromPoints(from, to);
    from.forEach(([x, y], i) => {
      expect(a * x + b * y + c).toBeCloseTo(to[i]![0], 12);
      expect(d * x + e * y + f).toBeCloseTo(to[i]![1], 12);
    });
  });
});

test("canny(bytes, side, thresholds) marks one side of a step, and nothing on a flat image", () => {
  const step = Uint8Array.from({ length: 64 }, (_, i) => (i % 8 < 4 ? 0 : 200));
  const edges = canny(step, 8, { low: 50, high: 150 });
  for (let i = 0; i < 64; i++) expect(edges[i]).toBe(i % 8 === 3 ? 1 : 0);
  expect(canny(new Uint8Array(64).fill(9), 8, { low: 50, high: 150 }).some(Boolean)).toBe(false);
});

test("chamferDistance(marks, side) steps by 1, 1.4 and 2.1969", () => {
  const marks = new Uint8Array(49);
  marks[24] = 1; // the centre of 7 × 7
  const distance = chamferDistance(marks, 7);
  expect(distance[24]).toBe(0);
  expect(distance[25]).toBe(1);
  expect(distance[16]).toBeCloseTo(1.4, 4);
  expect(distance[26 + 7]).toBeCloseTo(2.1969, 4);
  expect(distance[0]).toBeCloseTo(4.2, 4);
});

test("equalizeHistogram(bytes) stretches levels to 0 and 255 and keeps a flat image", () => {
  expect(equalizeHistogram(Uint8Array.of(10, 10, 20, 30))).toEqual(Uint8Array.of(0, 0, 128, 255));
  expect(equalizeHistogram(new Uint8Array(5).fill(7))).toEqual(new Uint8Array(5).fill(7));
});

test("filter3x3(plane, side, weights) is a correlation, not a convolution", () => {
  const plane = new Float64Array(25);
  plane[12] = 1; // the centre of 5 × 5
  const out = filter3x3(plane, 5, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect([out[6], out[7], out[12], out[18]]).toEqual([9, 8, 5, 1]);
  const corner = filter3x3(
    Float64Array.of(0, 0, 0, 0, 1, 0, 0, 0, 0),
    3,
    [1, 2, 3, 4, 5, 6, 7, 8, 9],
  );
  expect(corner[0]).toBe(1 + 3 + 7 + 9); // every corner of the window mirrors onto the point
});

// Pillow 12.3, Image.resize((5, 5), Image.BOX)
const PILLOW_BOX = [
  31, 102, 173, 78, 149, 220, 125, 196, 75, 172, 115, 58, 220, 35, 106, 75, 146, 217, 124, 195, 10,
  174, 117, 60, 223, 38, 109, 17, 88, 159, 119, 190, 69, 171, 114, 57, 159, 38, 109, 18, 89, 160,
  70, 141, 212, 163, 234, 49, 217, 32, 103, 143, 86, 157, 69, 140, 211, 123, 194, 137, 208, 87, 94,
  136, 79, 150, 64, 135, 206, 120, 191, 134, 177, 184, 63,
];
