import { describe, expect, test } from "@jest/globals";
import { pictures } from "../test/pictures.ts";
import { corrupt } from "./corrupt.ts";
import { corruptions } from "./corruptions.ts";
import type { CorruptionName, Severity } from "./tables/severityTable.ts";

const frost = "procedural";
const names = corruptions.map(({ name }) => name);

describe("corrupt(pixels, options)", () => {
  test.each(names)("%s does not depend on the batch an image sits in", async (name) => {
    const pixels = pictures(3, 32);
    const before = pixels.data.slice();
    const size = 32 * 32 * 3;
    const options = { name, severity: 3, seed: 5, frost } as const;
    const whole = await corrupt(pixels, { ...options, samples: [10, 11, 12] });
    const last = await corrupt(
      { data: pixels.data.subarray(2 * size), shape: [1, 32, 32, 3] },
      { ...options, samples: [12] },
    );
    expect(whole.shape).toEqual([3, 32, 32, 3]);
    expect(Buffer.from(whole.data.subarray(2 * size)).equals(last.data)).toBe(true);
    expect(Buffer.from(pixels.data).equals(before)).toBe(true); // the input is left alone
    expect(Buffer.from(whole.data).equals(before)).toBe(false);
  });

  test("equal seeds give equal bytes, other seeds and samples others", async () => {
    const pixels = pictures(1, 32);
    const noise = (seed: number, sample: number) =>
      corrupt(pixels, { name: "gaussian_noise", severity: 1, seed, samples: [sample] });
    const first = await noise(1, 0);
    expect(await noise(1, 0)).toEqual(first);
    expect(await noise(2, 0)).not.toEqual(first);
    expect(await noise(1, 1)).not.toEqual(first);
  });

  test.each([16, 33])(
    "every corruption accepts a side of %i when a table is named",
    async (side) => {
      for (const name of names) {
        for (const table of ["cifar", "tinyImageNet", "imageNet"] as const) {
          const options = { name, severity: 5, seed: 1, table, frost } as const;
          const { shape, data } = await corrupt(pictures(1, side), options);
          expect(shape).toEqual([1, side, side, 3]);
          expect(data.length).toBe(side * side * 3);
        }
      }
    },
  );

  test("an empty batch stays empty", async () => {
    const { data } = await corrupt(pictures(0, 32), { name: "fog", severity: 1, seed: 1 });
    expect(data.length).toBe(0);
  });

  test("chooses the table by the side, and another table gives other bytes", async () => {
    const pixels = pictures(1, 64);
    const options = { name: "contrast", severity: 5, seed: 1 } as const;
    const bySide = await corrupt(pixels, options);
    expect(await corrupt(pixels, { ...options, table: "tinyImageNet" })).toEqual(bySide);
    expect(await corrupt(pixels, { ...options, table: "cifar" })).not.toEqual(bySide);
  });

  test("frost that is procedural differs from the image and needs no photograph", async () => {
    const pixels = pictures(1, 32);
    const frozen = await corrupt(pixels, { name: "frost", severity: 5, seed: 1, frost });
    const change = frozen.data.reduce((sum, byte, i) => sum + Math.abs(byte - pixels.data[i]!), 0);
    expect(change / pixels.data.length).toBeGreaterThan(5);
  });

  test("rejects what it does not know, naming what it does", async () => {
    const pixels = pictures(1, 32);
    const options = { name: "fog", severity: 1, seed: 1 } as const;
    await expect(corrupt(pixels, { ...options, name: "smog" as CorruptionName })).rejects.toThrow(
      /^corrupt: expected name to be one of gaussian_noise, .*, saturate, got "smog"$/,
    );
    await expect(corrupt(pixels, { ...options, severity: 6 as Severity })).rejects.toThrow(
      "corrupt: expected severity to be one of 1, 2, 3, 4, 5, got 6",
    );
    await expect(corrupt(pixels, { ...options, table: "cifar10" as "cifar" })).rejects.toThrow(
      'corrupt: expected table to be one of cifar, tinyImageNet, imageNet, got "cifar10"',
    );
    await expect(corrupt(pictures(1, 48), options)).rejects.toThrow(
      "corrupt: expected table to be named (cifar, tinyImageNet, imageNet) for sides other than 32, 64 and 224",
    );
    await expect(corrupt(pixels, { ...options, name: "frost" })).rejects.toThrow(
      /^corrupt: expected frost to be five photographs .* got undefined$/,
    );
    const photograph = { data: new Uint8Array(40 * 40 * 3), height: 40, width: 40 };
    const torn = { ...photograph, height: 41 };
    const five = [photograph, photograph, photograph, photograph, torn] as const;
    await expect(corrupt(pixels, { ...options, name: "frost", frost: five })).rejects.toThrow(
      "expected frost to be five photographs of RGB bytes",
    );
    const seeds = [Number.NaN, -1, 0.5];
    for (const seed of seeds) {
      await expect(corrupt(pixels, { ...options, seed })).rejects.toThrow("expected seed to be");
    }
    await expect(corrupt(pixels, { ...options, samples: [Number.NaN] })).rejects.toThrow(
      "expected sample to be an integer",
    );
    await expect(corrupt(pixels, { ...options, severity: Number.NaN as Severity })).rejects.toThrow(
      "expected severity to be one of 1, 2, 3, 4, 5, got NaN",
    );
  });

  test("rejects images that are grey, oblong, tiny or incomplete, and samples of another length", async () => {
    const options = { name: "fog", severity: 1, seed: 1, table: "cifar" } as const;
    const blank = (...shape: [number, number, number, number]) => ({
      data: new Uint8Array(shape.reduce((a, b) => a * b)),
      shape,
    });
    await expect(corrupt(blank(1, 32, 32, 1), options)).rejects.toThrow(
      "corrupt: expected RGB images, 3 channels (repeat a grey channel three times), got [32, 32, 1]",
    );
    await expect(corrupt(blank(1, 32, 33, 3), options)).rejects.toThrow(
      "corrupt: expected square images of at least 16 pixels a side, got [32, 33, 3]",
    );
    await expect(corrupt(blank(1, 8, 8, 3), options)).rejects.toThrow("at least 16 pixels");
    await expect(
      corrupt({ data: new Uint8Array(5), shape: [1, 32, 32, 3] }, options),
    ).rejects.toThrow("corrupt: expected images.data of 3072 bytes");
    await expect(corrupt(blank(2, 32, 32, 3), { ...options, samples: [1] })).rejects.toThrow(
      "corrupt: expected samples of one index for each of 2 images, got 1",
    );
  });
});
