import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRng } from "@apr-kit/contracts";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import sharp from "sharp";
import { pictures } from "../../test/pictures.ts";
import { corruptImage } from "../corruptImage.ts";
import { recordedDraws } from "../draws/recordedDraws.ts";
import { rngDraws } from "../draws/rngDraws.ts";
import type { FrostPhotograph, FrostPhotographs } from "./frostPhotograph.ts";
import { loadFrostPhotographs } from "./loadFrostPhotographs.ts";
import { proceduralFrost } from "./proceduralFrost.ts";
import { resizePhotograph } from "./resizePhotograph.ts";

/** Made by a formula, so that nothing here stems from the photographs of the benchmark. */
function madeUp(height: number, width: number): FrostPhotograph {
  const data = new Uint8Array(height * width * 3);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++) data[i++] = (37 * y + 91 * x + 53 * c + 7 * x * y) % 256;
    }
  }
  return { data, height, width };
}

describe("resizePhotograph(photograph, factor)", () => {
  test("gives OpenCV's bytes at 0.3", () => {
    const { data, height, width } = resizePhotograph(madeUp(11, 13), 0.3);
    expect([height, width]).toEqual([3, 4]);
    expect([...data]).toEqual(OPENCV_THIRD);
  });

  test("at 0.2 takes the middle one of five", () => {
    const photograph = madeUp(50, 40);
    const { data, height, width } = resizePhotograph(photograph, 0.2);
    expect([height, width]).toEqual([10, 8]);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const from = ((5 * y + 2) * 40 + 5 * x + 2) * 3;
        expect(data[(y * width + x) * 3]).toBe(photograph.data[from]);
      }
    }
  });

  test("at 1 returns the photograph, and the same result for the same factor", () => {
    const photograph = madeUp(20, 20);
    expect(resizePhotograph(photograph, 1)).toBe(photograph);
    expect(resizePhotograph(photograph, 0.5)).toBe(resizePhotograph(photograph, 0.5));
  });
});

describe("frost", () => {
  const image = { data: pictures(1, 32).data, side: 32 };

  test("adds the weighted crop that the draws name, truncated and clipped", async () => {
    const photograph = madeUp(60, 70);
    const other = madeUp(40, 40);
    const frost: FrostPhotographs = [other, other, photograph, other, other];
    const draws = recordedDraws(Float64Array.of(2, 5, 7)); // photograph, top, left
    const options = { name: "frost", severity: 3, table: "imageNet", draws, frost } as const;
    const bytes = await corruptImage(image, options);
    for (const [y, x] of [
      [0, 0],
      [31, 31],
      [10, 20],
    ] as const) {
      const at = (y * 32 + x) * 3;
      const ice = photograph.data[((y + 5) * 70 + x + 7) * 3]!;
      expect(bytes[at]).toBe(Math.trunc(Math.min(0.7 * image.data[at]! + 0.7 * ice, 255)));
    }
  });

  test("rejects photographs that are no larger than the image after scaling", async () => {
    const small = madeUp(100, 170); // 20 × 34 at a fifth
    const frost: FrostPhotographs = [small, small, small, small, small];
    const draws = recordedDraws(Float64Array.of(0, 0, 0));
    await expect(corruptImage(image, { name: "frost", severity: 1, draws, frost })).rejects.toThrow(
      "frost: expected photographs larger than 32 pixels a side after scaling, got [20,34]",
    );
  });

  test("proceduralFrost(side, draws) stays within bytes and is bluish", () => {
    const texture = proceduralFrost(40, rngDraws(createRng({ seed: 1, purpose: "frost" })));
    expect(texture.length).toBe(40 * 40 * 3);
    expect(texture.every((value) => value >= 0 && value <= 255)).toBe(true);
    for (let i = 0; i < texture.length; i += 3)
      expect(texture[i + 2]).toBeGreaterThanOrEqual(texture[i]!);
  });
});

describe("loadFrostPhotographs(directory)", () => {
  let directory = "";
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "frost-"));
  });
  afterAll(() => rm(directory, { recursive: true }));

  test("names the missing file and says where photographs come from", async () => {
    await expect(loadFrostPhotographs(directory)).rejects.toThrow(
      /^loadFrostPhotographs: cannot read the photograph .*frost\d\.(png|jpg); copy frost1\.png/,
    );
  });

  test("decodes five files to RGB and drops opacity", async () => {
    const { data, height, width } = madeUp(9, 7);
    const raw = sharp(data, { raw: { width, height, channels: 3 } });
    for (const name of ["frost1.png", "frost2.png", "frost3.png"]) {
      await raw.clone().ensureAlpha().png().toFile(join(directory, name));
    }
    for (const name of ["frost4.jpg", "frost5.jpg"]) {
      await raw.clone().jpeg().toFile(join(directory, name));
    }
    const photographs = await loadFrostPhotographs(directory);
    expect(photographs.map((photograph) => photograph.data.length)).toEqual(
      Array(5).fill(9 * 7 * 3),
    );
    expect([...photographs[1].data]).toEqual([...data]);
    expect([photographs[4].height, photographs[4].width]).toEqual([9, 7]);
  });
});

// OpenCV 5.0, cv2.resize(made_up(11, 13), (0, 0), fx=0.3, fy=0.3)
const OPENCV_THIRD = [
  152, 169, 186, 105, 137, 83, 87, 105, 158, 119, 137, 154, 53, 106, 138, 142, 131, 120, 123, 155,
  101, 105, 158, 83, 161, 214, 89, 71, 124, 156, 159, 205, 80, 91, 144, 197,
];
