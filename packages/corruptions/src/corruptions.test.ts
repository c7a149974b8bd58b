import { expect, test } from "@jest/globals";
import { corruptions } from "./corruptions.ts";
import { severityTables } from "./tables/severityTables.ts";

test("corruptions lists 15 of the benchmark and 4 extras, each in every table at five severities", () => {
  expect(corruptions.filter(({ extra }) => !extra).length).toBe(15);
  expect(corruptions.filter(({ extra }) => extra).map(({ name }) => name)).toEqual([
    "speckle_noise",
    "gaussian_blur",
    "spatter",
    "saturate",
  ]);
  const names = corruptions.map(({ name }) => name);
  for (const table of Object.values(severityTables)) {
    expect(Object.keys(table).sort()).toEqual([...names].sort());
    for (const name of names) expect(table[name].length).toBe(5);
  }
});
