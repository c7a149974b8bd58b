import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";

const NEEDS_NODE = ["frost/loadFrostPhotographs.ts"]; // reads and decodes files; the rest takes and gives arrays
const source = new URL("../src/", import.meta.url);

test("no source but the one that decodes photographs imports anything of Node or any native code", () => {
  const files = readdirSync(source, { recursive: true }) as string[];
  const sources = files.filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"));
  expect(sources.length).toBeGreaterThan(40);
  for (const name of sources) {
    const text = readFileSync(new URL(name, source), "utf8");
    const imported = [...text.matchAll(/(?:from|import\()\s*"([^"]+)"/g)].map((match) => match[1]);
    const foreign = imported.filter((module) => !/^\.|^@apr-kit\/contracts$/.test(`${module}`));
    expect([name, foreign]).toEqual([name, NEEDS_NODE.includes(name) ? ["sharp"] : []]);
    expect(/\b(process|Buffer|require)\b[.(]/.test(text)).toBe(false);
  }
});
