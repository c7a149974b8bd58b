import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SetupError, ValueError } from "@apr-kit/contracts";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { loadCifarC } from "./loadCifarC.ts";

/** A .npy file as NumPy writes it. */
function npy(dtype: string, shape: readonly number[], data: Uint8Array, version = 1): Buffer {
  const sides = shape.map((side) => `${side},`).join(" ");
  const text = `{'descr': '${dtype}', 'fortran_order': False, 'shape': (${sides}), }`;
  const prefix = version === 1 ? 10 : 12;
  const padded = `${text.padEnd(Math.ceil((prefix + text.length + 1) / 64) * 64 - prefix - 1)}\n`;
  const length = Buffer.alloc(prefix - 8);
  if (version === 1) length.writeUInt16LE(padded.length);
  else length.writeUInt32LE(padded.length);
  const magic = Buffer.from([0x93, ...Buffer.from("NUMPY"), version, 0]);
  return Buffer.concat([magic, length, Buffer.from(padded), data]);
}

const IMAGES = 3;
const pixels = Uint8Array.from({ length: 5 * IMAGES * 12 }, (_, i) => i);
const labels = Uint8Array.from({ length: 5 * IMAGES }, (_, i) => [4, 0, 9][i % IMAGES] as number);

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "apr-cifar-c-"));
  await writeFile(join(directory, "fog.npy"), npy("|u1", [5 * IMAGES, 2, 2, 3], pixels));
  await writeFile(join(directory, "labels.npy"), npy("|u1", [5 * IMAGES], labels));
});
afterEach(() => rm(directory, { recursive: true }));

const load = (changes: object = {}) =>
  loadCifarC({ directory, corruption: "fog", severity: 2, ...changes });

describe("loadCifarC", () => {
  test.each([1, 2, 3, 4, 5])("severity %p is its own fifth of the file", async (severity) => {
    const split = await load({ severity });
    expect(split.images.shape).toEqual([IMAGES, 2, 2, 3]);
    expect(split.images.data).toEqual(pixels.slice((severity - 1) * 36, severity * 36));
    expect([...split.labels]).toEqual([4, 0, 9]);
    expect(split.size).toBe(IMAGES);
  });

  test("labels of 64 bits are read as well, in every format version", async () => {
    for (const version of [1, 2, 3]) {
      const wide = new Uint8Array(labels.length * 8);
      labels.forEach((label, i) => {
        wide[8 * i] = label;
      });
      await writeFile(join(directory, "labels.npy"), npy("<i8", [5 * IMAGES], wide, version));
      expect([...(await load()).labels]).toEqual([4, 0, 9]);
    }
  });

  test("labels that are not the clean ones are refused", async () => {
    await expect(load({ cleanLabels: Uint8Array.of(4, 0, 9) })).resolves.toBeDefined();
    await expect(load({ cleanLabels: Uint8Array.of(4, 0, 8) })).rejects.toThrow("clean test set");
    await expect(load({ cleanLabels: Uint8Array.of(4, 0) })).rejects.toThrow("clean test set");
    await expect(load({ cleanLabels: Uint8Array.of(4, 0, 9, 1) })).resolves.toBeDefined(); // a smaller set
  });

  test("only so many images of a severity are read as are asked for", async () => {
    const split = await load({ images: 2 });
    expect(split.images).toEqual({ data: pixels.slice(36, 60), shape: [2, 2, 2, 3] });
    expect([...split.labels]).toEqual([4, 0]);
    expect((await load({ images: 99 })).size).toBe(IMAGES);
    await expect(load({ images: 0 })).rejects.toThrow("images to be at least 1, got 0");
  });

  test("a truncated, a missing and a wrong file are each said", async () => {
    await expect(load({ corruption: "snow" })).rejects.toThrow(/snow\.npy cannot be opened/);
    await truncate(join(directory, "fog.npy"), 200);
    await expect(load()).rejects.toThrow(/fog\.npy has 200 for 308 bytes; download/);
    await writeFile(join(directory, "fog.npy"), "<html>");
    await expect(load()).rejects.toThrow(/is no array file \(.*got 6 other bytes\)/);
    await writeFile(join(directory, "fog.npy"), npy("<f4", [15, 1], new Uint8Array(60)));
    await expect(load()).rejects.toThrow(
      "fog.npy does not hold pictures of bytes, but float32 of shape (3, 1)",
    );
    await writeFile(join(directory, "fog.npy"), npy("|u1", [15, 1], new Uint8Array(15)));
    await expect(load()).rejects.toThrow("but uint8 of shape (3, 1)");
    await writeFile(join(directory, "fog.npy"), npy("<i2", [15, 1, 1, 1], new Uint8Array(30)));
    await expect(load()).rejects.toThrow("but int16 of shape (3, 1, 1, 1)");
  });

  test("too many labels and labels beyond a byte are refused", async () => {
    await writeFile(join(directory, "labels.npy"), npy("|u1", [20], new Uint8Array(20)));
    await expect(load()).rejects.toThrow("has 4 labels for 3 images");
    await writeFile(join(directory, "labels.npy"), npy("<i2", [15], new Uint8Array(30).fill(1)));
    await expect(load()).rejects.toThrow("labels outside [0, 255]");
  });

  test("a path in place of a name, and severity 6, are refused before any file is opened", async () => {
    await expect(load({ corruption: "../fog" })).rejects.toThrow(ValueError);
    await expect(load({ severity: 6 })).rejects.toThrow("integer in [1, 5], got 6");
  });

  test("damaged bytes end in a SetupError or in images of the right shape", async () => {
    const intact = npy("|u1", [5 * IMAGES, 2, 2, 3], pixels);
    const damage = fc.record({ at: fc.nat(135), byte: fc.nat(255), length: fc.nat(intact.length) });
    await fc.assert(
      fc.asyncProperty(damage, fc.boolean(), async ({ at, byte, length }, isCut) => {
        const bytes = Buffer.from(isCut ? intact.subarray(0, length) : intact);
        if (at < bytes.length) bytes[at] = byte;
        await writeFile(join(directory, "fog.npy"), bytes);
        const result = await load().catch((error: unknown) => error);
        if (result instanceof Error) expect(result).toBeInstanceOf(SetupError);
        else expect(result).toMatchObject({ size: IMAGES });
      }),
      { numRuns: 50 },
    );
  });
});
