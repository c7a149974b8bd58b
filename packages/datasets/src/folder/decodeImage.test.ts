import { readFileSync } from "node:fs";
import { ValueError } from "@apr-kit/contracts";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { decodeImage } from "./decodeImage.ts";
import { sniffImage } from "./sniffImage.ts";

type Case = {
  readonly name: string;
  readonly file: string;
  readonly mode?: string;
  readonly shape?: readonly number[];
  readonly expected?: string;
  readonly error?: string;
};

const path = new URL("../../test/golden/pictures.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(path, "utf8")) as { readonly cases: readonly Case[] };
const bytes = (text: string) => new Uint8Array(Buffer.from(text, "base64"));
const good = cases.filter(({ error }) => error === undefined);
const bad = cases.filter(({ error }) => error !== undefined);

describe("decodeImage", () => {
  test.each(good)("$name has Pillow's pixels", async ({ file, shape, expected }) => {
    const image = await decodeImage(bytes(file));
    expect(image.shape).toEqual(shape);
    expect(image.data).toEqual(bytes(expected as string));
  });

  test.each(bad)("$name is refused, as by Pillow ($error)", async ({ file }) => {
    await expect(decodeImage(bytes(file))).rejects.toThrow(ValueError);
    await expect(decodeImage(bytes(file))).rejects.toThrow(/whole JPEG, PNG or WebP file, got/);
  });

  test("other formats and no bytes at all are refused by what they are", async () => {
    for (const text of [
      "",
      "GIF89a",
      "<html>",
      "BM",
      "<svg xmlns='http://www.w3.org/2000/svg'/>",
    ]) {
      const refusal = expect(decodeImage(Buffer.from(text))).rejects;
      await refusal.toThrow(`got ${text.length} bytes of something else`);
    }
  });

  test("an image of too many pixels is refused before a pixel is decoded", async () => {
    const colour = good.find(({ name }) => name === "colour.png") as Case;
    await expect(decodeImage(bytes(colour.file), { maxPixels: 186 })).rejects.toThrow(
      "got 17×11 pixels, more than the 186 allowed",
    );
    await expect(decodeImage(bytes(colour.file), { maxPixels: 187 })).resolves.toBeDefined();
    const bomb = bytes(colour.file);
    new DataView(bomb.buffer).setUint32(16, 0x7fffffff);
    await expect(decodeImage(bomb)).rejects.toThrow("2147483647×11 pixels");
  });

  test("damaged files give pixels of the promised size or a ValueError", async () => {
    const damage = fc.record({
      index: fc.nat(good.length - 1),
      at: fc.nat(400),
      byte: fc.nat(255),
      keep: fc.double({ min: 0, max: 1, noNaN: true }),
      isCut: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(damage, async ({ index, at, byte, keep, isCut }) => {
        const intact = bytes((good[index] as Case).file);
        const file = isCut ? intact.slice(0, Math.floor(keep * intact.length)) : intact;
        if (at < file.length) file[at] = byte;
        const result = await decodeImage(file, { maxPixels: 10_000 }).catch((error) => error);
        if (result instanceof Error) return expect(result).toBeInstanceOf(ValueError);
        const [height, width] = result.shape;
        expect(result.data.length).toBe(height * width * 3);
      }),
      { numRuns: 300 },
    );
  });
});

describe("sniffImage", () => {
  test.each(good)("finds the size of $name", ({ file, shape }) => {
    expect(sniffImage(bytes(file))).toMatchObject({ height: shape?.[0], width: shape?.[1] });
  });

  test("any bytes give a header or nothing", () => {
    const magic = fc.constantFrom<readonly number[]>(
      [0xff, 0xd8, 0xff],
      [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
      [...Buffer.from("RIFF....WEBPVP8 ")],
      [...Buffer.from("RIFF....WEBPVP8X")],
    );
    fc.assert(
      fc.property(magic, fc.uint8Array({ maxLength: 64 }), (start, rest) => {
        const header = sniffImage(Uint8Array.of(...start, ...rest));
        if (header !== undefined) expect(header.width).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 500 },
    );
  });
});
