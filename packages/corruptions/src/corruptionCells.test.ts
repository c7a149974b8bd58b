import { expect, test } from "@jest/globals";
import { pictures } from "../test/pictures.ts";
import { corrupt } from "./corrupt.ts";
import { corruptionCells } from "./corruptionCells.ts";

test("corruptionCells(pixels, options) yields the 75 cells of the benchmark in its order", async () => {
  const seen: string[] = [];
  for await (const cell of corruptionCells(pictures(1, 32), { seed: 1, frost: "procedural" })) {
    seen.push(`${cell.name}/${cell.severity}`);
  }
  expect(seen.length).toBe(75);
  expect(seen.slice(0, 6).at(-1)).toBe("shot_noise/1");
  expect(seen.at(-1)).toBe("jpeg_compression/5");
});

test("corruptionCells(pixels, options) yields what corrupt returns for that cell", async () => {
  const pixels = pictures(2, 32);
  const options = { seed: 4, names: ["spatter", "fog"], severities: [2] } as const;
  for await (const { name, severity, pixels: made } of corruptionCells(pixels, options)) {
    expect(made).toEqual(await corrupt(pixels, { seed: 4, name, severity }));
  }
});

test("corruptionCells(pixels, options) refuses frost without a source before it makes any cell", async () => {
  await expect(corruptionCells(pictures(1, 32), { seed: 1 }).next()).rejects.toThrow(
    "corruptionCells: expected frost to be five photographs",
  );
});
