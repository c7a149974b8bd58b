import { readFile } from "node:fs/promises";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  MAX_NPY_HEADER_BYTES,
  type NumericData,
  npyHeader,
  parseNpyHeader,
  readNpy,
  writeNpy,
} from "../index.ts";

const golden = (name: string) =>
  readFile(new URL(`../../test/golden/${name}.npy`, import.meta.url));
const counting = Array.from({ length: 24 }, (_, i) => i);
const sevenths = Float64Array.from(counting, (i) => i / 7);
const big = (scale: bigint, offset: bigint) => counting.map((i) => (BigInt(i) - offset) * scale);

const expected: Readonly<Record<string, NumericData>> = {
  uint8: Uint8Array.from(counting),
  int8: Int8Array.from(counting, (i) => i - 12),
  uint16: Uint16Array.from(counting, (i) => i * 2000),
  int16: Int16Array.from(counting, (i) => i * 2000 - 24000),
  uint32: Uint32Array.from(counting, (i) => i * 1e8),
  int32: Int32Array.from(counting, (i) => i * 1e8 - 1.2e9),
  uint64: BigUint64Array.from(big(600_000_000_000_000_000n, 0n)),
  int64: BigInt64Array.from(big(600_000_000_000_000_000n, 12n)),
  float32: Float32Array.from(sevenths),
  float64: sevenths,
};

describe("readNpy of files that NumPy wrote", () => {
  test.each(Object.entries(expected))("%s has its type, shape and values", async (type, data) => {
    const array = readNpy(await golden(type));
    expect(array).toEqual({ type, shape: [2, 3, 4], data });
  });

  test("booleans are bytes of 0 and 1", async () => {
    const data = Uint8Array.from(counting, (i) => (i % 3 === 0 ? 1 : 0));
    expect(readNpy(await golden("bool"))).toEqual({ type: "bool", shape: [2, 3, 4], data });
  });

  test("half precision is widened exactly, with subnormals, infinity and NaN", async () => {
    const { type, data } = readNpy(await golden("float16"));
    expect(type).toBe("float16");
    expect(data).toEqual(
      Float32Array.of(0, -0, 0.333251953125, 65504, 2 ** -24, -2, Number.POSITIVE_INFINITY, NaN),
    );
  });

  test("big-endian and Fortran order come out as the machine's order and row-major", async () => {
    const int32 = Int32Array.from(counting);
    expect(readNpy(await golden("bigEndian")).data).toEqual(int32);
    expect(readNpy(await golden("fortran")).data).toEqual(Int16Array.from(counting));
    expect(readNpy(await golden("bigEndianFortran")).data).toEqual(sevenths);
  });

  test("a single number has the shape [], an empty array keeps its sides", async () => {
    expect(readNpy(await golden("scalar"))).toMatchObject({
      shape: [],
      data: Float64Array.of(-1.5),
    });
    expect(readNpy(await golden("empty"))).toMatchObject({
      shape: [0, 32, 32, 3],
      data: new Uint8Array(0),
    });
  });

  test.each([2, 3])("format version %p is read", async (version) => {
    expect(readNpy(await golden(`version${version}`)).data).toEqual(expected.uint8);
  });

  test("a view into a larger buffer is read, and the result owns its memory", async () => {
    const file = await golden("float64");
    const within = Buffer.concat([Buffer.alloc(3), file]).subarray(3);
    const { data } = readNpy(within);
    expect(data).toEqual(sevenths);
    within.fill(0);
    expect(data).toEqual(sevenths);
  });
});

describe("writeNpy", () => {
  test.each(Object.entries(expected))("of %s gives the bytes of numpy.save", async (type, data) => {
    expect(Buffer.from(writeNpy(data, [2, 3, 4]))).toEqual(await golden(type));
  });

  test("of a number and of nothing gives the bytes of numpy.save", async () => {
    expect(Buffer.from(writeNpy(Float64Array.of(-1.5), []))).toEqual(await golden("scalar"));
    expect(Buffer.from(npyHeader("uint8", [0, 32, 32, 3]))).toEqual(await golden("empty"));
  });

  test("and readNpy are inverse", () => {
    const shapes = fc.array(fc.nat(4), { maxLength: 4 });
    fc.assert(
      fc.property(shapes, fc.infiniteStream(fc.double()), (shape, stream) => {
        const size = shape.reduce((product, side) => product * side, 1);
        const data = Float64Array.from(stream.take(size));
        expect(readNpy(writeNpy(data, shape))).toEqual({ type: "float64", shape, data });
      }),
      { numRuns: 50 },
    );
  });

  test("refuses a shape of another size, and sides that are no counts", () => {
    expect(() => writeNpy(Uint8Array.of(1, 2), [3])).toThrow(
      "writeNpy: expected 3 values for shape [3], got Uint8Array(2)",
    );
    expect(() => npyHeader("uint8", [-1])).toThrow("npyHeader: expected a shape of integers ≥ 0");
  });
});

describe("files that are no arrays", () => {
  const header = (text: string, version = 1) => {
    const prefix = Buffer.alloc(version === 1 ? 10 : 12);
    prefix.set([0x93, ...Buffer.from("NUMPY"), version, 0]);
    if (version === 1) prefix.writeUInt16LE(text.length, 8);
    else prefix.writeUInt32LE(text.length, 8);
    return Buffer.concat([prefix, Buffer.from(text)]);
  };
  const words = (dtype: string, shape: string) =>
    `{'descr': ${dtype}, 'fortran_order': False, 'shape': ${shape}, }\n`;

  test.each([
    [Buffer.from("<html>"), "expected x to be an .npy file, got 6 other bytes"],
    [Buffer.alloc(0), "expected x to be an .npy file, got 0 other bytes"],
    [header("", 4), "x to be of format version 1, 2 or 3, got 4"],
    [header("").subarray(0, 9), "x to be whole, got a header that is cut off"],
    [header(words("'|u1'", "(5,)")).subarray(0, 40), "x to be whole"],
    [header(""), "x to have a header with descr, fortran_order and shape"],
    [header(words("'|u1'", "(-5,)")), "x to have a header with"],
    [header(words("[('a', '<i4')]", "(5,)")), "x to have a header with"],
    [header(words("'|u1'", "(99999999999, 99999999999)")), "countable"],
    [header(words("'|u1'", `(${"0, ".repeat(65)})`)), "at most 64 axes, got 65"],
    [header(words("'|O'", "(1,)")), 'x to hold booleans, integers or floats, got the type "|O"'],
    [header(words("'<c8'", "(1,)")), 'the type "<c8"'],
    [header(words("'|i4'", "(1,)")), 'the type "|i4"'],
    [header(words("'|u1'", "(3,)")), "x to hold 3 bytes of |u1 for shape [3], got 0"],
    [
      Buffer.concat([header(words("'|u1'", "(1,)")), Buffer.alloc(2)]),
      "x to hold 1 bytes of |u1 for shape [1], got 2",
    ],
    [header(" ".repeat(20_000), 2), "header of at most 10000 bytes, got one of 20000"],
  ])("%# is refused with the reason", (bytes, message) => {
    expect(() => readNpy(bytes, "x")).toThrow(message);
  });

  test("a header that claims more than the file has asks for no memory", () => {
    const bytes = header(words("'<f8'", "(1000000000000,)"));
    expect(() => readNpy(bytes)).toThrow("to hold 8000000000000 bytes");
    expect(parseNpyHeader(bytes)).toMatchObject({ dataBytes: 8e12, dataOffset: bytes.length });
    expect(bytes.length).toBeLessThan(MAX_NPY_HEADER_BYTES);
  });

  test("sizes that Python 2 wrote as long integers are read", () => {
    expect(parseNpyHeader(header(words("'|u1'", "(10000L, 32L)"))).shape).toEqual([10000, 32]);
  });
});
