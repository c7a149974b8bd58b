import { expect, test } from "@jest/globals";
import fc from "fast-check";
import type { NativeValues } from "../src/tensorflow/nativeAddon.ts";
import { describeNative, newContext, TYPE } from "./nativeSupport.ts";

const BFLOAT16 = 14;
const FLOAT16 = 19;

const ROUND_TRIPS: readonly (readonly [string, number, NativeValues])[] = [
  ["float32", 1, Float32Array.of(1.5, -0, Number.NaN, Number.POSITIVE_INFINITY)],
  ["float64", 2, Float64Array.of(Math.PI, -1e300, 5e-324, 0)],
  ["int32", 3, Int32Array.of(-(2 ** 31), 2 ** 31 - 1, 0, 7)],
  ["uint8", 4, Uint8Array.of(0, 1, 128, 255)],
  ["int16", 5, Int16Array.of(-32768, 32767, 0, 1)],
  ["int8", 6, Int8Array.of(-128, 127, 0, -1)],
  ["int64", 9, BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n, 0n, 1n)],
  ["bool", 10, Uint8Array.of(0, 1, 1, 0)],
  ["uint16", 17, Uint16Array.of(0, 65535, 1, 2)],
  ["uint32", 22, Uint32Array.of(0, 2 ** 32 - 1, 1, 2)],
  ["uint64", 23, BigUint64Array.of(0n, 2n ** 64n - 1n, 1n, 2n)],
  ["bfloat16", BFLOAT16, Float32Array.of(1, -2.5, Number.NaN, 2 ** 100)],
  ["float16", FLOAT16, Float32Array.of(1, -2.5, Number.NaN, 65504)],
];

describeNative("tensors", () => {
  const context = newContext();

  function roundTrip(shape: readonly number[], type: number, values: NativeValues): NativeValues {
    const id = context.createTensor(shape, type, values);
    const result = context.readTensor(id);
    context.deleteTensor(id);
    return result;
  }

  test.each(ROUND_TRIPS)("%s values come back as they went in", (_, type, values) => {
    expect(roundTrip([2, 2], type, values)).toEqual(values);
  });

  test("complex64 and complex128 come back as pairs of real and imaginary part", () => {
    expect(roundTrip([2], 8, Float32Array.of(1, 2, 3, 4))).toEqual(Float32Array.of(1, 2, 3, 4));
    expect(roundTrip([1], 18, Float64Array.of(1, 2))).toEqual(Float64Array.of(1, 2));
  });

  test("strings go in as text or bytes and come back as bytes, whatever their length", () => {
    const long = "µ".repeat(1000);
    const bytes = roundTrip([3], TYPE.string, ["", long, Uint8Array.of(0, 255)]) as Uint8Array[];
    expect(bytes.map((item) => Array.from(item))).toEqual([
      [],
      Array.from(new TextEncoder().encode(long)),
      [0, 255],
    ]);
  });

  test("a scalar has shape [] and an empty tensor no values", () => {
    expect(roundTrip([], 1, Float32Array.of(7))).toEqual(Float32Array.of(7));
    expect(roundTrip([0, 3], 1, new Float32Array(0))).toEqual(new Float32Array(0));
  });

  test("bfloat16 rounds float32 to nearest, ties to even, as TensorFlow's Cast does", () => {
    expectSameAsCast(BFLOAT16);
  });

  test("float16 rounds float32 to nearest, ties to even, as TensorFlow's Cast does", () => {
    expectSameAsCast(FLOAT16);
  });

  function expectSameAsCast(type: number): void {
    const bits = fc.array(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { minLength: 1 });
    const edges = [0x38800000, 0x33000000, 0x33000001, 0x477fefff, 0x477ff000, 0x387fffff, 1];
    fc.assert(
      fc.property(bits, (random) => {
        const patterns = Uint32Array.from([...random, ...edges]);
        const values = new Float32Array(patterns.buffer).filter((value) => !Number.isNaN(value));
        const ours = context.createTensor([values.length], type, values);
        const exact = context.createTensor([values.length], TYPE.float32, values);
        const attrs = [
          { name: "SrcT", type: 4, value: TYPE.float32 },
          { name: "DstT", type: 4, value: type },
        ];
        const cast = context.executeOp("Cast", attrs, [exact], 1)[0]!;
        expect(context.readTensorBytes(ours)).toEqual(context.readTensorBytes(cast.id));
        for (const id of [ours, exact, cast.id]) context.deleteTensor(id);
      }),
      { numRuns: 50 },
    );
  }

  test("every float16 pattern reads as the number it stands for", () => {
    const patterns = Uint16Array.from({ length: 65536 }, (_, i) => i);
    const id = context.createTensor([65536], FLOAT16, patterns);
    const back = context.createTensor([65536], FLOAT16, context.readTensor(id));
    const bytes = new Uint16Array(context.readTensorBytes(back).buffer);
    const isNumber = (_: number, i: number) => (i & 0x7fff) <= 0x7c00;
    expect(bytes.filter(isNumber)).toEqual(patterns.filter(isNumber));
    expect(context.readTensor(id)).toMatchObject({ 1: 2 ** -24, 15360: 1, 31744: Infinity });
    for (const tensor of [id, back]) context.deleteTensor(tensor);
  });

  test("data is copied: later writes to the array do not reach the tensor", () => {
    const values = Float32Array.of(1, 2);
    const id = context.createTensor([2], TYPE.float32, values);
    values.fill(9);
    (context.readTensor(id) as Float32Array).fill(8);
    expect(context.readTensor(id)).toEqual(Float32Array.of(1, 2));
    context.deleteTensor(id);
  });

  test("the id of a deleted tensor is refused, even when its place is taken again", () => {
    const first = context.createTensor([], TYPE.float32, Float32Array.of(1));
    context.deleteTensor(first);
    const second = context.createTensor([], TYPE.float32, Float32Array.of(2));
    expect(() => context.readTensor(first)).toThrow(`id of a live tensor, got ${first}`);
    expect(() => context.deleteTensor(Number.NaN)).toThrow("id of a live tensor");
    context.deleteTensor(second);
  });

  test.each([
    [
      "too few values",
      [2],
      1,
      Float32Array.of(1),
      "expected values of 8 bytes (2 elements), got 4",
    ],
    ["a negative size", [-1], 1, Float32Array.of(1), "without negative sizes"],
    ["a shape beyond memory", [2 ** 40, 2 ** 40, 0], 1, new Float32Array(0), "at most 2^48"],
    ["a rank beyond TensorFlow's", Array(255).fill(1), 1, Float32Array.of(1), "at most 254"],
    ["a data type without plain elements", [], 20, Uint8Array.of(1), "TF_DataType 20"],
    ["a wrong number of strings", [2], 7, ["a"], "expected 2 strings, got 1"],
    ["a plain array of numbers", [1], 1, [1] as never, "expected a typed array"],
  ] as const)("%s is refused", (_, shape, type, values, message) => {
    expect(() => context.createTensor(shape, type, values)).toThrow(message);
  });

  test("methods refuse a receiver that is not a context, and the class a call without new", () => {
    const { readTensor } = context;
    expect(() => readTensor.call({} as never, 1)).toThrow("Illegal invocation");
    const Context = context.constructor as unknown as () => void;
    expect(() => Context()).toThrow("expected to be called with new");
  });

  test("every tensor of these tests is deleted", () => {
    expect(context.countTensors()).toBe(0);
  });
});
