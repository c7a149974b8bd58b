import { describe, expect, test } from "@jest/globals";
import { type NumericArray, readMat, readNpy, toRowMajor } from "../src/index.ts";
import { golden } from "./golden.ts";

const arrayOf = (name: string): NumericArray => readNpy(golden(`${name}.npy`));
const types = ["uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64"];

describe("readMat of files that SciPy wrote", () => {
  describe.each(["kinds.mat", "compressed.mat"])("%s", (file) => {
    const { arrays, skipped } = readMat(golden(file));

    test.each([...types, "float32", "float64"])("%s has its type, shape and values", (type) => {
      const array = arrays.get(type);
      expect(array).toMatchObject({ type, shape: [2, 3, 4] });
      expect(toRowMajor(array?.data as Uint8Array, [2, 3, 4])).toEqual(arrayOf(type).data);
    });

    test("what is no array of real numbers is named and passed over", () => {
      expect(skipped).toEqual(["text", "cell", "struct", "complex"]);
    });

    test("a logical array is bool, a number an array of 1 × 1", () => {
      expect(arrays.get("yes")).toMatchObject({ type: "bool", data: Uint8Array.of(1, 0) });
      expect(arrays.get("one")).toMatchObject({ shape: [1, 1], data: Uint8Array.of(7) });
      expect(arrays.get("small")?.data).toEqual(Float64Array.of(7, 8));
    });
  });

  test("elements come column-major, as numpy.ravel(order='F') gives them", () => {
    const { arrays } = readMat(golden("kinds.mat"), { names: ["float64"] });
    expect(arrays.get("float64")?.data).toEqual(arrayOf("column-major").data);
    expect([...arrays.keys()]).toEqual(["float64"]);
  });

  test("images in the layout of SVHN lie one after another", () => {
    const { arrays } = readMat(golden("svhn.mat"), { names: ["X", "y"] });
    expect(arrays.get("X")).toEqual({
      type: "uint8",
      shape: [4, 4, 3, 5],
      data: Uint8Array.from({ length: 240 }, (_, i) => (i * 7) % 251),
    });
    expect(arrays.get("y")).toEqual({
      type: "uint8",
      shape: [5, 1],
      data: Uint8Array.of(10, 1, 2, 9, 10),
    });
  });

  test("a source that gives a byte at a time is read the same", () => {
    const bytes = golden("compressed.mat");
    let at = 0;
    const pull = () => bytes.subarray(at, ++at);
    expect(readMat({ size: bytes.length, pull })).toEqual(readMat(bytes));
  });

  test("numbers stored in a narrower type are widened to their class", () => {
    const bytes = golden("kinds.mat");
    const at = Buffer.from(bytes).indexOf("small") + 8; // the tag of its two doubles
    const view = new DataView(bytes.buffer);
    expect([view.getUint32(at, true), view.getUint32(at + 4, true)]).toEqual([9, 16]);
    const short = new Uint8Array(bytes.length - 16);
    short.set(bytes.subarray(0, at));
    short.set(Uint8Array.of(2, 0, 2, 0, 7, 8), at); // two uint8 within the tag
    short.set(bytes.subarray(at + 24), at + 8);
    const head = Buffer.from(bytes).lastIndexOf(Buffer.of(14, 0, 0, 0), at) + 4;
    new DataView(short.buffer).setUint32(head, view.getUint32(head, true) - 16, true);
    const { arrays } = readMat(short);
    expect(arrays.get("small")).toMatchObject({ type: "float64", data: Float64Array.of(7, 8) });
    expect(arrays.get("one")).toMatchObject({ data: Uint8Array.of(7) }); // what follows is found
  });
});

describe("files that readMat refuses", () => {
  const changed = (file: string, at: number, ...values: number[]) => {
    const bytes = golden(file);
    bytes.set(values, at);
    return bytes;
  };

  test.each<[string, Uint8Array, string]>([
    [
      "nothing",
      new Uint8Array(0),
      'x to be a little-endian MATLAB 5 file, got a file that begins ""',
    ],
    [
      "a MATLAB 4 file",
      golden("version4.mat"),
      "x to be a little-endian MATLAB 5 file, got a file",
    ],
    ["a big-endian file", changed("kinds.mat", 126, 0x4d, 0x49), "got a big-endian one"],
    ["an HDF5 file", changed("kinds.mat", 124, 0, 2), "MATLAB 7.3 (HDF5): save it with -v7"],
    [
      "a truncated array",
      golden("kinds.mat").subarray(0, 200),
      "x to hold whole variables, got 88",
    ],
    ["a truncated tag", golden("kinds.mat").subarray(0, 132), "8 more bytes in x, got 4"],
    ["truncated deflate", golden("svhn.mat").subarray(0, 300), "x to hold whole variables"],
    [
      "a damaged sum",
      changed("svhn.mat", golden("svhn.mat").length - 2, 99),
      "a wrong Adler-32 sum",
    ],
    ["damaged deflate", changed("svhn.mat", 140, 255, 255, 255), "intact compressed data"],
    [
      "negative sizes",
      changed("kinds.mat", 160, 255, 255, 255, 255),
      "two sizes or more, got [-1,3,4]",
    ],
    ["huge sizes", changed("kinds.mat", 163, 127), "at most 2147483648 bytes, got the shape"],
    ["too many sizes", changed("kinds.mat", 156, 255, 255), "an element of type 5 and 65535 bytes"],
    [
      "sizes of other numbers",
      changed("kinds.mat", 160, 3),
      '36 bytes of uint8 for "uint8", got 24',
    ],
    [
      "a tag that holds more than it has room for",
      changed("kinds.mat", 194, 5),
      "at most 4 bytes within a tag, got 5",
    ],
    [
      "numbers of no type",
      changed("kinds.mat", 192, 77),
      '"uint8" to store numbers, got elements of type 77',
    ],
  ])("%s", (_, bytes, message) => {
    expect(() => readMat(bytes, { name: "x" })).toThrow(message);
    expect(() => readMat(bytes, { name: "x" })).toThrow(/^readMat: expected /);
  });

  test("more than the memory that one array is given", () => {
    expect(() => readMat(golden("svhn.mat"), { maxBytes: 239 })).toThrow(
      '"X" to take at most 239 bytes, got the shape [4, 4, 3, 5] of uint8',
    );
  });
});
