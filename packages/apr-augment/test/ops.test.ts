import { createHash } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { affineWarp, applyOp, applyOps, lookupTable, type OpDraw } from "../src/index.ts";
import { decodeBytes, type Family, picture, readGolden } from "./golden.ts";

interface OpsGolden {
  readonly input: { readonly shape: [number, number, number, number]; readonly data: string };
  readonly expected: readonly { readonly draw: OpDraw; readonly expected: string }[];
  readonly groups: readonly (readonly OpDraw[])[];
  readonly checksums: readonly [Family, number, number, OpDraw["op"], string][];
}

const golden = readGolden<OpsGolden>("ops");

describe("every operation equals Pillow 12.3, byte for byte", () => {
  const pixels = { shape: golden.input.shape, data: decodeBytes(golden.input.data) };

  test.each(golden.expected.map(({ draw, expected }) => [JSON.stringify(draw), draw, expected]))(
    "%s on 7×9 noise",
    (_, draw, expected) => {
      const out = applyOp(pixels, draw as OpDraw);
      expect([...out.data]).toEqual([...decodeBytes(expected as string)]);
    },
  );

  const sizes = new Map(golden.checksums.map(([, height, width]) => [`${height}×${width}`, 0]));
  test.each([...sizes.keys()])("all draws on pictures of %s", (size) => {
    for (const [family, height, width, op, checksum] of golden.checksums) {
      if (`${height}×${width}` !== size) continue;
      const source = picture(family, height, width);
      const hash = createHash("sha256");
      const draws = golden.groups.find((group) => group[0]?.op === op) ?? [];
      for (const draw of draws) hash.update(applyOp(source, draw).data);
      expect([family, op, hash.digest("hex").slice(0, 16)]).toEqual([family, op, checksum]);
    }
  });
});

test("each image gets its own operation, and the source stays as it was", () => {
  const { data } = picture("noise", 2 * 6, 5);
  const pixels = { data: Uint8Array.from(data), shape: [2, 6, 5, 3] as const };
  const draws: OpDraw[] = [{ op: "equalize" }, { op: "rotate", degrees: -3 }];
  const out = applyOps(pixels, draws).data;
  for (const [i, draw] of draws.entries()) {
    const [start, end] = [i * 90, (i + 1) * 90];
    const alone = applyOp({ data: data.slice(start, end), shape: [1, 6, 5, 3] }, draw);
    expect(out.slice(start, end)).toEqual(alone.data);
  }
  expect(pixels.data).toEqual(data);
});

test("lookupTable of posterize to 3 bits keeps the three upper bits in every channel", () => {
  const table = lookupTable(Uint8Array.of(0, 0, 0), { op: "posterize", bits: 3 });
  expect([table[31], table[32], table[256 + 255], table[512 + 100]]).toEqual([0, 32, 224, 96]);
});

describe("operations refuse", () => {
  const pixels = { data: new Uint8Array(12), shape: [1, 2, 2, 3] as const };

  test.each([
    [{ op: "blur" }, "expected draw.op to be a known operation"],
    [{ op: "posterize", bits: 9 }, "expected bits to be an integer in [0, 8]"],
    [{ op: "solarize", threshold: Number.NaN }, "expected threshold in [0, 256]"],
    [{ op: "translateX" }, "expected pixels to be finite"],
    [{ op: "shearY", factor: Number.POSITIVE_INFINITY }, "expected factor to be finite"],
  ])("%j", (draw, message) => {
    expect(() => applyOp(pixels, draw as OpDraw)).toThrow(`applyOps: ${message}`);
  });

  test("batches that do not fit", () => {
    expect(() => applyOps(pixels, [])).toThrow(
      "applyOps: expected draws of length 1, one for each image, got length 0",
    );
    const size = { height: 2, width: 2 };
    expect(() => affineWarp(pixels.data, new Uint8Array(3), size, [1, 0, 0, 0, 1, 0])).toThrow(
      "affineWarp: expected source and target of 12 bytes for [2, 2, 3], got 12 and 3",
    );
  });
});
