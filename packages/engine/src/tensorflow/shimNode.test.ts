import { createRequire } from "node:module";
import { expect, test } from "@jest/globals";
import { shimNode } from "./shimNode.ts";

test("shimNode() restores the functions that Node 23 took from node:util", () => {
  const util = createRequire(import.meta.url)("node:util") as Record<string, unknown>;
  const { isNullOrUndefined, isArray } = util;
  try {
    delete util.isNullOrUndefined;
    delete util.isArray;
    shimNode();
    const isMissing = util.isNullOrUndefined as (value: unknown) => boolean;
    expect([null, undefined, 0, ""].map(isMissing)).toEqual([true, true, false, false]);
    expect((util.isArray as (value: unknown) => boolean)([])).toBe(true);
  } finally {
    Object.assign(util, { isNullOrUndefined, isArray });
  }
});
