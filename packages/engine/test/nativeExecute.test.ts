import { expect, test } from "@jest/globals";
import type { TensorFlowError } from "../src/tensorflow/nativeAddon.ts";
import { bytesField, varintField } from "../src/tensorflow/protobuf.ts";
import {
  ATTR,
  describeNative,
  functionDef,
  newContext,
  TYPE,
  take,
  vector,
} from "./nativeSupport.ts";

const T = { name: "T", type: ATTR.type, value: TYPE.float32 } as const;

function failure(run: () => unknown): TensorFlowError {
  try {
    run();
  } catch (error) {
    return error as TensorFlowError;
  }
  throw new Error("it did not fail");
}

describeNative("executeOp", () => {
  const context = newContext();
  const ints = (...values: number[]) =>
    context.createTensor([values.length], TYPE.int32, Int32Array.from(values));
  const run = (op: string, attrs: Parameters<typeof context.executeOp>[1], inputs: number[]) =>
    context.executeOp(op, attrs, inputs, 1);

  test("outputs come with id, shape and data type", () => {
    const [sum] = run("AddV2", [T], [vector(context, 1, 2), vector(context, 3, 4)]);
    expect(sum).toEqual({ id: expect.any(Number), shape: [2], dtype: TYPE.float32 });
    expect(context.readTensor(sum!.id)).toEqual(Float32Array.of(4, 6));
  });

  test("several outputs come in TensorFlow's order, without telling how many there are", () => {
    const outputs = context.executeOp(
      "TopKV2",
      [T, { name: "sorted", type: ATTR.bool, value: true }],
      [vector(context, 3, 9, 5), context.createTensor([], TYPE.int32, Int32Array.of(2))],
    );
    expect(outputs.map(({ id }) => Array.from(context.readTensor(id) as Float32Array))).toEqual([
      [9, 5],
      [1, 2],
    ]);
  });

  test("a list input is given flat, or as an array from which TensorFlow infers its attributes", () => {
    const [a, b] = [vector(context, 1), vector(context, 2)];
    const N = { name: "N", type: ATTR.int, value: 2 };
    expect(take(context, run("AddN", [N, T], [a, b]))).toEqual([3]);
    expect(take(context, context.executeOp("AddN", [], [[a, b]], 1))).toEqual([3]);
    expect(context.executeOp("IdentityN", [], [[a, ints(7)]])).toHaveLength(2);
  });

  test("a device can be named", () => {
    const [device] = context.listDevices();
    const [output] = context.executeOp("Neg", [T], [vector(context, 1)], 1, device!.name);
    expect(context.tensorDevice(output!.id)).toBe(device!.name);
    expect(device).toMatchObject({ type: "CPU", memoryBytes: expect.any(Number) });
    const error = failure(() => context.executeOp("Neg", [T], [vector(context, 1)], 1, "/GPU:99"));
    expect(error.code).toBe("INVALID_ARGUMENT");
  });

  test("string, int list, float and bool attributes reach the operation", () => {
    const image = context.createTensor([1, 2, 2, 1], TYPE.float32, Float32Array.of(1, 2, 3, 4));
    const window = [1, 2, 2, 1];
    const pooled = run(
      "MaxPool",
      [
        { name: "ksize", type: ATTR.int, value: window },
        { name: "strides", type: ATTR.int, value: window },
        { name: "padding", type: ATTR.string, value: "VALID" },
      ],
      [image],
    );
    expect(take(context, pooled)).toEqual([4]);
    const leaky = [{ name: "alpha", type: ATTR.float, value: 0.5 }];
    expect(take(context, run("LeakyRelu", leaky, [vector(context, -2)]))).toEqual([-1]);
    const max = [{ name: "keep_dims", type: ATTR.bool, value: true }];
    expect(run("Max", max, [vector(context, 1, 2), ints(0)])[0]?.shape).toEqual([1]);
  });

  test("a bigint attribute keeps all its bits, a fraction is refused", () => {
    const seed = (value: unknown) => [
      { name: "dtype", type: ATTR.type, value: TYPE.float32 },
      { name: "seed", type: ATTR.int, value: 1 },
      { name: "seed2", type: ATTR.int, value },
    ];
    const draw = (value: unknown) => take(context, run("RandomUniform", seed(value), [ints(4)]));
    const [low, high] = [2n ** 62n, 2n ** 62n + 1n];
    expect(draw(low)).not.toEqual(draw(high));
    expect(() => draw(1.5)).toThrow("attribute seed2: expected a whole number, got 1.5");
  });

  test("string, float, bool and type lists reach the operation", () => {
    const boundaries = [{ name: "boundaries", type: ATTR.float, value: [0.5, 1.5] }];
    expect(take(context, run("Bucketize", boundaries, [vector(context, 0, 1, 2)]))).toEqual([
      0, 1, 2,
    ]);
    const types = [{ name: "T", type: ATTR.type, value: [TYPE.float32, TYPE.int32] }];
    expect(context.executeOp("IdentityN", types, [vector(context, 1), ints(2)])).toHaveLength(2);
    const none = context.createTensor([0], TYPE.string, []);
    const parse = [
      { name: "Nsparse", type: ATTR.int, value: 0 },
      { name: "Ndense", type: ATTR.int, value: 0 },
      { name: "sparse_types", type: ATTR.type, value: [] },
      { name: "Tdense", type: ATTR.type, value: [] },
      { name: "dense_shapes", type: ATTR.shape, value: [], list: true },
    ];
    expect(context.executeOp("ParseExample", parse, [none, none])).toEqual([]);
    const devices = [{ name: "devices", type: ATTR.string, value: ["a", "b"] }];
    const extra = [{ name: "flags", type: ATTR.bool, value: [true, false] }];
    const value = [vector(context, 4)];
    expect(take(context, run("Neg", [...devices, ...extra], value))).toEqual([-4]);
  });

  test("shapes, unknown shapes and lists of both reach the operation", () => {
    const placeholder = (value: unknown) => [
      { name: "dtype", type: ATTR.type, value: TYPE.float32 },
      { name: "shape", type: ATTR.shape, value },
    ];
    const pass = (value: unknown) =>
      run("PlaceholderWithDefault", placeholder(value), [vector(context, 1, 2)])[0]?.shape;
    expect(pass([2])).toEqual([2]);
    expect(pass([-1])).toEqual([2]);
    expect(pass(null)).toEqual([2]);
    expect(queueOf([[2], []])).toBeUndefined();
    expect(queueOf([null, [3]])).toBeUndefined();
    expect(queueOf([[2]])?.message).toContain("Different number of component types");
  });

  /** A FIFOQueue checks that `shapes` is as long as `component_types`. */
  function queueOf(shapes: unknown): TensorFlowError | undefined {
    const attrs = [
      { name: "component_types", type: ATTR.type, value: [TYPE.float32, TYPE.int32] },
      { name: "shapes", type: ATTR.shape, value: shapes },
      { name: "shared_name", type: ATTR.string, value: `queue ${JSON.stringify(shapes)}` },
    ];
    try {
      context.executeOp("FIFOQueueV2", attrs, [], 1);
      return undefined;
    } catch (error) {
      return error as TensorFlowError;
    }
  }

  test("a tensor attribute takes the value of a tensor", () => {
    const attrs = [
      { name: "dtype", type: ATTR.type, value: TYPE.float32 },
      { name: "value", type: ATTR.tensor, value: vector(context, 5, 6) },
    ];
    expect(take(context, run("Const", attrs, []))).toEqual([5, 6]);
  });

  test("an attribute given as a serialized AttrValue reaches the operation", () => {
    const proto = Uint8Array.from(varintField(6, TYPE.float32)); // AttrValue.type
    const attrs = [{ name: "T", type: ATTR.proto, value: proto }];
    expect(take(context, run("Neg", attrs, [vector(context, 2)]))).toEqual([-2]);
    const broken = [{ name: "T", type: ATTR.proto, value: Uint8Array.of(255) }];
    expect(failure(() => run("Neg", broken, [vector(context, 2)])).code).toBe("INVALID_ARGUMENT");
  });

  test("a FunctionDef's name runs as an operation, as a function attribute, and can be removed", () => {
    context.addFunctionDef(functionDef("twice", "AddV2"));
    context.addFunctionDef(functionDef("squared", "Mul"));
    expect(context.hasFunction("twice")).toBe(true);
    expect(take(context, run("twice", [], [vector(context, 3)]))).toEqual([6]);

    const call = [
      { name: "Tin", type: ATTR.type, value: [TYPE.float32] },
      { name: "Tout", type: ATTR.type, value: [TYPE.float32] },
      { name: "f", type: ATTR.function, value: "squared" },
    ];
    expect(take(context, run("PartitionedCall", call, [vector(context, 3)]))).toEqual([9]);

    const branches = [
      { name: "Tout", type: ATTR.type, value: [TYPE.float32] },
      { name: "branches", type: ATTR.function, value: ["twice", "squared"] },
    ];
    const choose = (index: number) =>
      context.executeOp(
        "Case",
        branches,
        [context.createTensor([], TYPE.int32, Int32Array.of(index)), [vector(context, 5)]],
        1,
      );
    expect([take(context, choose(0)), take(context, choose(1))]).toEqual([[10], [25]]);

    context.removeFunction("twice");
    expect(context.hasFunction("twice")).toBe(false);
    expect(failure(() => run("twice", [], [vector(context, 3)])).code).toBe("NOT_FOUND");
  });

  test("an error keeps TensorFlow's status by number and name, its message, and the operation", () => {
    const error = failure(() => run("MatMul", [T], [vector(context, 1), vector(context, 1)]));
    expect(error).toMatchObject({ code: "INVALID_ARGUMENT", status: 3, op: "MatMul" });
    expect(error.message).toMatch(/^MatMul: .*ndims must be >= 2/);
    expect(failure(() => run("NoSuchOp", [], []))).toMatchObject({ code: "NOT_FOUND", status: 5 });
    expect(failure(() => context.addFunctionDef(Uint8Array.of(1, 2, 3))).status).toBe(3);
  });

  test.each([
    ["an attribute of another type", { name: "DstT", type: ATTR.string, value: "float" }],
    ["a data type that does not exist", { name: "DstT", type: ATTR.type, value: 999 }],
    ["a data type that the operation lacks", { name: "DstT", type: ATTR.type, value: TYPE.string }],
  ])("%s is TensorFlow's error, not the end of the process", (_, attr) => {
    expect(failure(() => run("Cast", [attr], [vector(context, 1)])).status).toBeGreaterThan(0);
  });

  test.each([
    ["a value of the wrong kind", [{ name: "T", type: ATTR.type, value: "x" }], "attribute T: "],
    ["an unknown attribute type", [{ name: "T", type: 77, value: 1 }], "known attribute type"],
    ["attributes that are no array", 5 as never, "expected an array"],
  ])("%s is refused with its name", (_, attrs, message) => {
    expect(() => run("Neg", attrs, [vector(context, 1)])).toThrow(message);
  });

  test("an absurd number of outputs is refused", () => {
    const negate = (outputs: number) => () =>
      context.executeOp("Neg", [T], [vector(context, 1)], outputs);
    expect(negate(1e9)).toThrow("expected 0 to 1024 outputs");
    expect(negate(-1)).toThrow("expected 0 to 1024 outputs");
    expect(failure(negate(0)).code).toBe("INVALID_ARGUMENT");
  });

  test("serialized bytes of a list of tensors are accepted where a list of tensors is wanted", () => {
    const list = Uint8Array.from(bytesField(1, [])); // AttrValue.list, empty
    const attrs = [T, { name: "_extra", type: ATTR.proto, value: list }];
    expect(take(context, run("Neg", attrs, [vector(context, 2)]))).toEqual([-2]);
  });
});
