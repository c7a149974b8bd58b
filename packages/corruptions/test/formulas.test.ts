import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import {
  type CorruptionName,
  corruptImage,
  type Severity,
  type SeverityTableName,
} from "../src/index.ts";
import { formulaDraws, formulaPhotographs, formulaPicture } from "./formulas.ts";

type Cell = readonly [
  table: SeverityTableName,
  name: CorruptionName,
  severity: Severity,
  words: number,
  sha256: string,
];

const golden = JSON.parse(
  readFileSync(new URL("./golden/formulas.json", import.meta.url), "utf8"),
) as { readonly cells: readonly Cell[] };
const sides = { cifar: 32, tinyImageNet: 64, imageNet: 224 } as const;
const names = [...new Set(golden.cells.map(([, name]) => name))];
const frost = formulaPhotographs();

describe.each(["cifar", "tinyImageNet", "imageNet"] as const)("by the table %s", (table) => {
  const side = sides[table];
  const { data } = formulaPicture(side, side, side);

  test.each(names)("%s of a formula's picture has the Python statement's bytes", async (name) => {
    for (const [, , severity, words, sha256] of cellsOf(table, name)) {
      const draws = formulaDraws(1000 * side + 10 * names.indexOf(name) + severity);
      const image = { data, side };
      const options = { name, severity, draws, frost };
      const bytes = await corruptImage(image, options);
      const hash = createHash("sha256").update(bytes).digest("hex");
      expect([severity, hash]).toEqual([severity, sha256]);
      if (name !== "elastic_transform") expect(draws.taken()).toBe(words); // see the README, Sources
    }
  });
});

function cellsOf(table: SeverityTableName, name: CorruptionName): readonly Cell[] {
  return golden.cells.filter((cell) => cell[0] === table && cell[1] === name);
}
