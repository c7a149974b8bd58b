import { describe, expect, test } from "@jest/globals";
import { readNpy, readPickle } from "../src/index.ts";
import { golden } from "./golden.ts";

const arrayOf = (name: string) => readNpy(golden(`${name}.npy`));

describe("readPickle", () => {
  test.each([2, 3, 4, 5])("reads plain data and NumPy's arrays in protocol %p", (protocol) => {
    const dict = readPickle(golden(`protocol${protocol}.pkl`));
    expect(dict.get("array")).toEqual(arrayOf("int16"));
    expect(dict.get("fortran")).toEqual(arrayOf("fortran"));
    expect(dict.get("bigEndian")).toEqual(arrayOf("bigEndian"));
    expect(dict.get("float")).toEqual(arrayOf("float64"));
    expect(dict.get("scalar")).toBe(0.5);
    const nested = dict.get("nested") as Map<string, unknown>;
    expect(nested.get("list")).toEqual([1, -2, 3.5, null, true, 2n ** 80n]);
    expect(nested.get("set")).toEqual([4]);
    expect(nested.get("tuple")).toEqual(["a", Uint8Array.of(98)]);
  });

  test("reads a batch of CIFAR as Python 2 wrote it, its strings as latin1", () => {
    const batch = readPickle(golden("cifar.python2.pkl"), { strings: "latin1" });
    expect([...batch.keys()]).toEqual(["batch_label", "labels", "data", "filenames"]);
    expect(batch.get("labels")).toEqual([0, 3]);
    expect(batch.get("data")).toEqual({
      type: "uint8",
      shape: [2, 3072],
      data: Uint8Array.from({ length: 6144 }, (_, i) => (i * 7) % 251),
    });
    expect(batch.get("filenames")).toEqual(["café_0.png", "café_1.png"]);
    expect(() => readPickle(golden("cifar.python2.pkl"))).toThrow("text in UTF-8 in the pickle");
  });

  test.each([
    ["print.pkl", 'plain containers and NumPy arrays, got the global "__builtin__.print", which'],
    ["objects.pkl", 'a NumPy scalar or array of booleans, integers or floats, got "O8"'],
    ["protocol0.pkl", "opcodes of binary pickles, got 0x70"],
    ["list.pkl", "a dict, got [1,2]"],
    ["kinds.mat", "opcodes of binary pickles, got 0x4c"],
  ])("refuses %s and says why", (name, message) => {
    expect(() => readPickle(golden(name))).toThrow(message);
    expect(() => readPickle(golden(name))).toThrow(/^readPickle: expected /);
  });

  test("refuses what is cut off anywhere, with one kind of error", () => {
    for (const name of ["cifar.python2.pkl", "protocol2.pkl", "protocol4.pkl"]) {
      const bytes = golden(name);
      for (let length = 0; length < bytes.length; length += 13) {
        const cut = bytes.subarray(0, length);
        expect(() => readPickle(cut, { strings: "latin1" })).toThrow(/^readPickle: expected /);
      }
    }
  });

  test("refuses at once what is endless as text: a list that holds itself twice, sixty times over", () => {
    const doubled = Array.from({ length: 60 }, () => [0x32, 0x86]).flat(); // DUP, TUPLE2
    expect(() => readPickle(Uint8Array.of(0x80, 2, 0x5d, ...doubled, 0x2e))).toThrow(
      "readPickle: expected a dict, got Array",
    );
  });

  test("refuses an array whose bytes are not those of its shape, and one without any", () => {
    const pickle = (...parts: (string | number)[]) =>
      Uint8Array.from([
        0x80,
        2,
        ...parts.flatMap((p) => (typeof p === "string" ? [...Buffer.from(p)] : p)),
        0x2e,
      ]);
    const empty = ["}U", 1, "a", "cnumpy.core.multiarray\n_reconstruct\n)R"];
    const dtype = ["cnumpy\ndtype\nU", 2, "u1", 0x85, "R"];
    const state = (...shape: (string | number)[]) => [
      "(K",
      1,
      ...shape,
      ...dtype,
      0x89,
      "U",
      2,
      "xyt",
      "b",
    ];
    const read = (...parts: (string | number)[]) => readPickle(pickle(...parts, "s"));
    expect(read(...empty, ...state("K", 2, 0x85)).get("a")).toMatchObject({ shape: [2] });
    expect(() => read(...empty)).toThrow("a NumPy array with its elements, got one without");
    expect(() => read(...empty, ...state("K", 3, 0x85))).toThrow(
      "3 bytes for a NumPy uint8 array of shape [3], got 2",
    );
    expect(() => read(...empty, ...state("J", 255, 255, 255, 255, 0x85))).toThrow(
      "a shape, a type",
    );
    expect(() => read(...empty, ...state("N"))).toThrow("a shape, a type and bytes, got null");
  });
});
