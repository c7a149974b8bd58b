import { describe, expect, test } from "@jest/globals";
import { zipSync } from "fflate";
import { readIdx, readNpy, readNpz, writeNpy } from "../src/index.ts";
import { golden } from "./golden.ts";

describe("readIdx", () => {
  test.each(["uint8", "int32", "float64"])("%s has its type, shape and values", (type) => {
    const data = Array.from({ length: 24 }, (_, i) => i);
    const array = readIdx(golden(`${type}.idx`));
    expect(array).toMatchObject({ type, shape: [2, 3, 4] });
    expect([...array.data]).toEqual(data);
  });

  const bytes = golden("uint8.idx");
  test.each<[string, Uint8Array, string]>([
    ["nothing", new Uint8Array(0), "x to begin with 0, 0, a known type and a rank, got []"],
    ["gzip", Uint8Array.of(0x1f, 0x8b, 8, 0), "got gzip: inflate it first"],
    ["another type", Uint8Array.of(0, 0, 10, 1), "a known type and a rank, got [0,0,10,1]"],
    ["a cut header", bytes.subarray(0, 15), "x to have 3 sizes, got a header that is cut off"],
    [
      "a cut image",
      bytes.subarray(0, 39),
      "x to hold 24 bytes of uint8 for shape [2, 3, 4], got 23",
    ],
    ["255 huge sizes", new Uint8Array(1024).fill(255).fill(0, 0, 2).fill(8, 2, 3), "got 0"],
  ])("refuses %s", (_, input, message) => {
    expect(() => readIdx(input, "x")).toThrow(message);
  });
});

describe("readNpz", () => {
  test.each(["plain.npz", "compressed.npz"])("reads the arrays of %s by name", (name) => {
    const arrays = readNpz(golden(name));
    expect([...arrays.keys()]).toEqual(["images", "labels"]);
    expect(arrays.get("images")).toEqual(readNpy(golden("uint8.npy")));
    expect(arrays.get("labels")?.data).toEqual(BigInt64Array.of(3n, 8n));
    expect([...readNpz(golden(name), { names: ["labels"] }).keys()]).toEqual(["labels"]);
  });

  test("refuses what is no zip file, what is cut off, and what is no array, by name", () => {
    expect(() => readNpz(golden("uint8.npy"))).toThrow("readNpz: expected an intact zip file");
    expect(() => readNpz(golden("plain.npz").subarray(0, 300))).toThrow("readNpz: expected");
    expect(() => readNpz(zipSync({ "a.npy": Uint8Array.of(1, 2) }))).toThrow(
      "expected a.npy to be an .npy file, got 2 other bytes",
    );
    expect([...readNpz(zipSync({ "a.txt": Uint8Array.of(1) })).keys()]).toEqual([]);
  });

  test("refuses a bomb before it is inflated", () => {
    const zip = zipSync({ "a.npy": writeNpy(new Uint8Array(70 << 20), [70 << 20]) }, { level: 9 });
    expect(zip.length).toBeLessThan(100_000);
    expect(() => readNpz(zip)).toThrow("bytes to inflate to a likely size, got 73400");
  });
});
