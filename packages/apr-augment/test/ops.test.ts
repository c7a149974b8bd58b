import { createHash } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { applyOp } from "../src/ops/applyOp.ts";
import type { OpDraw } from "../src/ops/opDraw.ts";
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
