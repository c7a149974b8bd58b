import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import {
  type CorruptionName,
  corruptImage,
  loadFrostPhotographs,
  recordedDraws,
  type Severity,
} from "../src/index.ts";

// The photographs and all that is made of them stay outside the repository. To run this test, name a directory
// with the five of them, and one with reference outputs: index.json {size, items: [{name, severity}]}, input.u8,
// frost_SEVERITY.draws.f64 and frost_SEVERITY.out.u8.
const photographs = process.env.APR_FROST_DIR;
const golden = process.env.APR_FROST_GOLDEN_DIR;
const hasBoth = photographs !== undefined && golden !== undefined;

interface FrostIndex {
  readonly size: number;
  readonly items: readonly { readonly name: CorruptionName; readonly severity: Severity }[];
}

(hasBoth ? test : test.skip)("frost of the photographs has the reference's bytes", async () => {
  const read = (file: string) => new Uint8Array(readFileSync(`${golden}/${file}`));
  const index: FrostIndex = JSON.parse(readFileSync(`${golden}/index.json`, "utf8"));
  const image = { data: read("input.u8"), side: index.size };
  const frost = await loadFrostPhotographs(photographs as string);
  for (const { name, severity } of index.items) {
    if (name !== "frost") continue;
    const draws = recordedDraws(new Float64Array(read(`frost_${severity}.draws.f64`).buffer));
    const bytes = await corruptImage(image, { name, severity, draws, frost });
    expect(Buffer.from(bytes).equals(read(`frost_${severity}.out.u8`))).toBe(true);
  }
});
