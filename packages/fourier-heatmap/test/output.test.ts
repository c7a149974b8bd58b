import { readNpy } from "@apr-kit/formats";
import { describe, expect, test } from "@jest/globals";
import { decode } from "fast-png";
import {
  differenceFiles,
  type FourierHeatmap,
  heatmapDifference,
  heatmapFiles,
  heatmapToCsv,
  pictureToPng,
  pictureToSvg,
  radialProfile,
  summarizeHeatmap,
} from "../src/index.ts";
import { frequencyTicks } from "../src/output/ticks.ts";

/** A map of 3 × 3 with an error of 0.5 in the middle and 0.1 … 0.4 around it. */
function example(errorRate = [0.1, 0.2, 0.3, 0.4, 0.5, 0.4, 0.3, 0.2, 0.1]): FourierHeatmap {
  return {
    rows: [-1, 0, 1],
    columns: [-1, 0, 1],
    errorRate,
    standardError: errorRate.map(() => 0.03),
    logitChange: errorRate.map((rate) => 2 * rate),
    clean: { errorRate: 0.05, standardError: 0.01 },
    settings: {
      preset: "yin-cifar10",
      epsL2: 4,
      signs: "perChannel",
      phaseRadians: 0,
      clip: true,
      region: { rows: [-1, 1], columns: [-1, 1] },
      seed: 0,
      image: { height: 8, width: 8, channels: 3 },
      images: 100,
      total: 100,
      setHash: "00000000",
    },
    convention: "as the test says",
  };
}

const picture = { rows: [0], columns: [0, 1, 2], values: [0, 0.5, 1] };

describe("pictureToPng", () => {
  test("draws every frequency as a square of its colour", () => {
    const image = decode(pictureToPng(picture, { scale: 2, colors: "viridis" }));
    expect([image.width, image.height, image.channels]).toEqual([6, 2, 3]);
    const pixel = (x: number, y: number) =>
      Array.from(image.data.slice(3 * (6 * y + x)).slice(0, 3));
    for (const y of [0, 1]) {
      for (const [cell, color] of [
        [68, 1, 84],
        [33, 145, 140],
        [253, 231, 37],
      ].entries()) {
        expect(pixel(2 * cell, y)).toEqual(color); // the ends and the middle of matplotlib's viridis
        expect(pixel(2 * cell + 1, y)).toEqual(color);
      }
    }
  });

  test("draws differences blue below, nearly white at, and red above 0", () => {
    const values = [-0.2, 0, 0.2];
    const png = pictureToPng(
      { ...picture, values },
      { scale: 1, colors: "blueRed", range: [-0.2, 0.2] },
    );
    const [a, b, c] = [0, 3, 6].map((start) =>
      Array.from(decode(png).data.slice(start, start + 3)),
    );
    expect(a![2]).toBeGreaterThan(a![0]! + 50);
    expect(Math.min(...b!)).toBeGreaterThan(235);
    expect(c![0]).toBeGreaterThan(c![2]! + 50);
  });

  test("gives values beyond the range the colour of its end", () => {
    const beyond = { ...picture, values: [-3, 0.5, 7] };
    expect(pictureToPng(beyond)).toEqual(pictureToPng(picture));
  });

  test("refuses what it cannot draw", () => {
    expect(() => pictureToPng({ ...picture, values: [1] })).toThrow(
      "pictureToPng: expected values for 1 × 3 frequencies, got 1 values",
    );
    expect(() => pictureToPng({ ...picture, values: [0, Number.NaN, 1] })).toThrow(
      "pictureToPng: expected values to be finite, got NaN",
    );
    expect(() => pictureToPng(picture, { scale: 0 })).toThrow("scale to be an integer ≥ 1, got 0");
    expect(() => pictureToPng(picture, { range: [1, 1] })).toThrow("lowest < highest, got [1,1]");
    expect(() => pictureToPng(picture, { colors: "jet" as never })).toThrow(
      'colors to be one of viridis, inferno, turbo, blueRed, got "jet"',
    );
  });
});

describe("pictureToSvg", () => {
  const svg = pictureToSvg(picture, {
    title: "a < b & c",
    mark: { value: 0.25, label: "clean" },
  });

  test("has a square of each value's colour, both axes, the scale and the mark", () => {
    for (const color of ["#440154", "#21918c", "#fde725"]) expect(svg).toContain(`fill="${color}"`);
    expect(svg).toContain("horizontal frequency, cycles per image");
    expect(svg).toContain("vertical frequency, cycles per image");
    for (const label of ["0.25", "0.75", "error rate", "clean 0.25"])
      expect(svg).toContain(`>${label}<`);
  });

  test("is well-formed, whatever the title", () => {
    expect(svg).toContain("a &lt; b &amp; c");
    const open: string[] = [];
    for (const [, close, name, own] of svg.matchAll(/<(\/?)(\w+)[^>]*?(\/?)>/g)) {
      if (close === "/") expect(open.pop()).toBe(name);
      else if (own !== "/") open.push(name!);
    }
    expect(open).toEqual([]);
  });

  test("leaves a mark beyond the scale away", () => {
    expect(pictureToSvg(picture, { mark: { value: 2, label: "clean" } })).not.toContain("clean");
  });
});

test("frequencyTicks are round, few, and hold 0", () => {
  const axis = (lowest: number, highest: number) =>
    frequencyTicks(Array.from({ length: highest - lowest + 1 }, (_, index) => lowest + index));
  expect(axis(-15, 15).map(({ frequency }) => frequency)).toEqual([-15, -10, -5, 0, 5, 10, 15]);
  expect(axis(-31, 31).map(({ frequency }) => frequency)).toEqual([-30, -20, -10, 0, 10, 20, 30]);
  expect(axis(-1, 1)).toEqual([
    { index: 0, frequency: -1 },
    { index: 1, frequency: 0 },
    { index: 2, frequency: 1 },
  ]);
});

test("radialProfile averages by distance from frequency 0, every cell once", () => {
  const { errorRate, rows, columns } = example();
  const rings = radialProfile({ rows, columns }, errorRate, { height: 8, width: 8 });
  expect(rings.map(({ ring, cells }) => [ring, cells])).toEqual([
    [0, 1],
    [1, 8],
  ]);
  expect(rings[0]!.value).toBe(0.5);
  expect(rings[1]!.value).toBeCloseTo(2 / 8, 12);
  expect(rings[1]!.cyclesPerPixel).toBeCloseTo((0.125 + Math.hypot(0.125, 0.125)) / 2, 12);
  const wide = radialProfile({ rows: [1], columns: [0, 1] }, [1, 3], { height: 4, width: 8 });
  expect(wide.map(({ ring, value }) => [ring, value])).toEqual([[2, 2]]); // 1/4 = 2/8 cycles per pixel
});

test("summarizeHeatmap averages all, the middle and the outer cells", () => {
  const summary = summarizeHeatmap(example(), { outerFrom: 1 });
  expect(summary.mean).toBeCloseTo(2.5 / 9, 12);
  expect(summary.center).toBe(0.5);
  expect(summary.outer).toBeCloseTo(2 / 8, 12);
  expect(summarizeHeatmap(example())).not.toHaveProperty("outer");
});

test("heatmapToCsv has one line a frequency", () => {
  const lines = heatmapToCsv(example()).split("\n");
  expect(lines).toHaveLength(11);
  expect(lines[0]).toBe("row,column,errorRate,standardError,logitChange");
  expect(lines[2]).toBe("-1,0,0.2,0.03,0.4");
});

describe("heatmapDifference", () => {
  test("subtracts the second map from the first", () => {
    const flat = example(new Array(9).fill(0.1));
    const { difference, standardError, mean } = heatmapDifference(example(), flat);
    expect(difference[4]).toBeCloseTo(0.4, 12);
    expect(standardError[0]).toBeCloseTo(0.03 * Math.SQRT2, 12);
    expect(mean).toBeCloseTo(1.6 / 9, 12);
  });

  test("refuses maps of other images, frequencies or norms", () => {
    const { settings } = example();
    const other = (changed: object) => ({ ...example(), settings: { ...settings, ...changed } });
    expect(() => heatmapDifference(example(), other({ epsL2: 3 }))).toThrow(
      "heatmapDifference: expected second to be made with epsL2 4, as first, got 3",
    );
    expect(() => heatmapDifference(example(), other({ setHash: "1" }))).toThrow("with setHash");
    expect(heatmapDifference(example(), other({ preset: "gatheluck" })).mean).toBe(0);
  });
});

test("heatmapFiles and differenceFiles hold the map in every form", () => {
  const files = heatmapFiles(example(), { title: "net" });
  expect(Object.keys(files)).toEqual([
    "heatmap.json",
    "heatmap.csv",
    "heatmap.npy",
    "heatmap.png",
    "heatmap.svg",
    "logit-change.png",
    "logit-change.svg",
  ]);
  const stored = JSON.parse(files["heatmap.json"] as string);
  expect(stored).toMatchObject(JSON.parse(JSON.stringify(example())));
  expect(stored.summary.center).toBe(0.5);
  expect(stored.radialProfile).toHaveLength(2);
  expect(readNpy(files["heatmap.npy"] as Uint8Array, "x").shape).toEqual([3, 3]);
  expect(files["heatmap.svg"]).toContain("clean 0.05");
  const same = heatmapDifference(example(), example());
  expect(Object.keys(differenceFiles(same))).toEqual([
    "difference.json",
    "difference.npy",
    "difference.png",
    "difference.svg",
  ]);
});
