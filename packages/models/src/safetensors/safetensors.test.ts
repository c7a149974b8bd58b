import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { HostTensor, SafetensorsFile } from "./hostTensor.ts";
import { readSafetensors } from "./readSafetensors.ts";
import { writeSafetensors } from "./writeSafetensors.ts";

/** A file from its parts, right or wrong: `header` is JSON or what it stands for. */
function fileOf(header: unknown, data: readonly number[] = []): Uint8Array {
  const text = typeof header === "string" ? header : JSON.stringify(header);
  const json = new TextEncoder().encode(text);
  const file = new Uint8Array(8 + json.length + data.length);
  new DataView(file.buffer).setBigUint64(0, BigInt(json.length), true);
  file.set(json, 8);
  file.set(data, 8 + json.length);
  return file;
}

const entry = (shape: number[], data_offsets: number[], dtype = "U8") => ({
  dtype,
  shape,
  data_offsets,
});

/** Values that every dtype in question holds exactly. */
const tensor: fc.Arbitrary<HostTensor> = fc
  .tuple(fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 }), fc.nat())
  .chain(([shape, salt]) => {
    const size = shape.reduce((product, side) => product * side, 1);
    const small = Array.from({ length: size }, (_, i) => ((salt + i * 37) % 128) - 64);
    return fc.constantFrom<HostTensor>(
      { dtype: "F32", shape, values: Float32Array.from(small, (x) => x * 1.1) },
      { dtype: "F16", shape, values: Float32Array.from(small, (x) => x / 8) },
      { dtype: "BF16", shape, values: Float32Array.from(small) },
      { dtype: "I64", shape, values: BigInt64Array.from(small, (x) => BigInt(x) << 40n) },
      { dtype: "U8", shape, values: Uint8Array.from(small, (x) => x + 64) },
    );
  });

const name = fc.oneof(fc.string(), fc.constantFrom("__proto__", "a.weight", 'quo"te', "ünï"));

const files: fc.Arbitrary<SafetensorsFile> = fc.record({
  tensors: fc.array(fc.tuple(name, tensor), { maxLength: 5 }).map((list) => new Map(list)),
  metadata: fc.dictionary(fc.string(), fc.string(), { noNullPrototype: true, maxKeys: 3 }),
});

describe("writeSafetensors and readSafetensors", () => {
  test("give back what went in", () => {
    fc.assert(
      fc.property(files, (file) => {
        const read = readSafetensors(writeSafetensors(file));
        expect(read.metadata).toEqual(file.metadata);
        expect(new Map(read.tensors)).toEqual(new Map(file.tensors));
      }),
    );
  });

  test("write the bytes that the format describes", () => {
    const values = Float32Array.of(1, -2);
    const tensors = new Map<string, HostTensor>([
      ["b", { dtype: "U8", shape: [1], values: Uint8Array.of(7) }],
      ["a", { dtype: "F32", shape: [2], values }],
    ]);
    const file = writeSafetensors({ tensors, metadata: { format: "pt" } });
    const header =
      '{"__metadata__":{"format":"pt"},"b":{"dtype":"U8","shape":[1],"data_offsets":[8,9]},' +
      '"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}';
    const padded = header.padEnd(Math.ceil(header.length / 8) * 8);
    expect(file).toEqual(fileOf(padded, [0, 0, 128, 63, 0, 0, 0, 192, 7]));
    expect([...readSafetensors(file).tensors.keys()]).toEqual(["b", "a"]);
  });

  test("read a file that begins anywhere in its buffer", () => {
    const file = fileOf({ x: entry([1], [0, 4], "F32") }, [0, 0, 128, 63]);
    const shifted = new Uint8Array(file.length + 3);
    shifted.set(file, 3);
    expect(readSafetensors(shifted.subarray(3)).tensors.get("x")?.values).toEqual(
      Float32Array.of(1),
    );
  });
});

describe("writeSafetensors", () => {
  test.each<[string, string, HostTensor, string]>([
    [
      "a reserved name",
      "__metadata__",
      { dtype: "U8", shape: [0], values: new Uint8Array(0) },
      'expected tensor names other than __metadata__, got "__metadata__"',
    ],
    [
      "another array type",
      "x",
      { dtype: "F32", shape: [1], values: new Uint8Array(1) },
      "expected x of dtype F32 in a Float32Array, got Uint8Array(1)",
    ],
    [
      "missing values",
      "x",
      { dtype: "U8", shape: [2, 3], values: new Uint8Array(5) },
      "expected x of shape [2, 3] to have 6 values, got 5",
    ],
  ])("refuses %s", (_, key, value, message) => {
    expect(() => writeSafetensors({ tensors: new Map([[key, value]]), metadata: {} })).toThrow(
      `writeSafetensors: ${message}`,
    );
  });
});

describe("readSafetensors", () => {
  const huge = new Uint8Array(8).fill(255);
  const bom = fileOf("\ufeff{}");
  const broken = fileOf("{}");
  broken[8] = 0xff;

  test.each<[string, Uint8Array, string]>([
    ["an empty file", new Uint8Array(0), "at least 8 bytes, got 0"],
    [
      "a header longer than the file",
      fileOf("{}").subarray(0, 9),
      "a header within 100000000 bytes and the file's 9, got a header of 2 bytes",
    ],
    ["a header of 2^64 bytes", huge, "got a header of 18446744073709552000 bytes"],
    ["a header that is not UTF-8", broken, "a header in UTF-8, got other bytes"],
    ["a byte order mark", bom, "a header that is a JSON object"],
    ["a header that is not JSON", fileOf("{"), 'a header in JSON, got "{"'],
    ["a header that is a list", fileOf("[]"), 'a header that is a JSON object, got "[]"'],
    [
      "metadata of other than strings",
      fileOf({ __metadata__: { a: 1 } }),
      '__metadata__ to map strings to strings, got {"a":1}',
    ],
    ["an entry that is no object", fileOf({ x: 3 }), '"x" to be an object, got 3'],
    [
      "an unknown dtype",
      fileOf({ x: entry([0], [0, 0], "F8_E4M3") }),
      'dtype of "x" to be one of I64, F32, F16, BF16, U8, got "F8_E4M3"',
    ],
    [
      "a dtype of Object.prototype",
      fileOf({ x: entry([0], [0, 0], "toString") }),
      'got "toString"',
    ],
    [
      "a negative side",
      fileOf({ x: entry([-1], [0, 0]) }),
      'shape of "x" to be whole sizes, got [-1]',
    ],
    ["a fractional side", fileOf({ x: entry([0.5], [0, 0]) }), "to be whole sizes, got [0.5]"],
    [
      "one offset",
      fileOf({ x: entry([0], [0]) }),
      'data_offsets of "x" to be [begin, end], got [0]',
    ],
    [
      "offsets in the wrong order",
      fileOf({ x: entry([1], [1, 0]) }, [7]),
      "to be [begin, end], got [1,0]",
    ],
    [
      "a size that overflows",
      fileOf({ x: entry([2 ** 40, 2 ** 40], [0, 8]) }, [0]),
      '1.2089258196146292e+24 bytes for "x"',
    ],
    [
      "a size that overflows to 0",
      fileOf({ x: entry([2 ** 32, 2 ** 32], [0, 0]) }),
      '18446744073709552000 bytes for "x"',
    ],
    [
      "fewer bytes than the shape needs",
      fileOf({ x: entry([2], [0, 1]) }, [7]),
      '2 bytes for "x" of U8 [2], got 1',
    ],
    [
      "data that ends early",
      fileOf({ x: entry([4], [0, 4]) }, [7]),
      "4 bytes of data after the header, got 1",
    ],
    ["data that nothing describes", fileOf({}, [7]), "0 bytes of data after the header, got 1"],
    [
      "overlapping tensors",
      fileOf({ x: entry([2], [0, 2]), y: entry([2], [1, 3]) }, [1, 2, 3]),
      '"y" to begin at byte 2, after "x", got 1',
    ],
    [
      "a gap",
      fileOf({ x: entry([1], [1, 2]) }, [1, 2]),
      '"x" to begin at byte 0, after the start of the data, got 1',
    ],
    [
      "one name twice",
      fileOf(
        '{"x":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"\\u0078":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}',
      ),
      'each name once, got "\\u0078" twice',
    ],
    [
      "one field twice",
      fileOf('{"x":{"dtype":"U8","dtype":"F32","shape":[0],"data_offsets":[0,0]}}'),
      'each name once, got "dtype" twice',
    ],
  ])("refuses %s", (_, file, message) => {
    expect(() => readSafetensors(file)).toThrow(message);
    expect(() => readSafetensors(file)).toThrow(/^readSafetensors: expected /);
  });

  test("takes the same field in two entries, and colons and braces in names", () => {
    const header = { 'a":{': entry([1], [0, 1]), "b}": entry([1], [1, 2]) };
    expect([...readSafetensors(fileOf(header, [1, 2])).tensors.keys()]).toEqual(['a":{', "b}"]);
  });

  test("answers damaged files with a ValueError or a well-formed result", () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 4 });
    fc.assert(
      fc.property(files, damage, fc.nat(), (file, changes, cut) => {
        const bytes = writeSafetensors(file);
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        const length = cut % 3 === 0 ? cut % bytes.length : bytes.length;
        let read: SafetensorsFile;
        try {
          read = readSafetensors(bytes.subarray(0, length));
        } catch (error) {
          expect(error).toMatchObject({ name: "ValueError" });
          return;
        }
        for (const { shape, values } of read.tensors.values()) {
          expect(values.length).toBe(shape.reduce((product, side) => product * side, 1));
        }
      }),
      { numRuns: 2000 },
    );
  });
});
