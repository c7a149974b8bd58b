import { expect, test } from "@jest/globals";
import type { NativeProgram, TensorFlowError } from "../src/tensorflow/nativeAddon.ts";
import {
  ATTR,
  describeNative,
  functionDef,
  newContext,
  TYPE,
  take,
  vector,
} from "./nativeSupport.ts";

describeNative("programs", () => {
  const context = newContext();
  const none = new Uint32Array(0);
  const T = { name: "T", type: ATTR.type, value: TYPE.float32 };
  const run = (program: number, inputs: number[], targets: number[] = []) =>
    context.runProgram(program, Uint32Array.from(inputs), Uint32Array.from(targets));
  const node = (op: string, inputs: NativeProgram["nodes"][number]["inputs"], outputs = 1) => ({
    op,
    attrs: [],
    inputs,
    outputs,
  });
  const add = (part: Partial<NativeProgram>) =>
    context.addProgram({ inputs: 0, constants: [], nodes: [], results: [], assigned: [], ...part });

  test("run operations on inputs, constants, and each other's outputs", () => {
    const ten = vector(context, 10, 20);
    const program = add({
      inputs: 1,
      constants: [ten],
      nodes: [node("Mul", [0, 1]), node("AddN", [[2, 0, 1]]), node("Neg", [3])],
      results: [4, 2],
    });
    context.deleteTensor(ten); // the program has its own hold on it
    for (const k of [1, 2]) {
      const [sum, product] = run(program, [vector(context, k, k)]);
      expect(sum).toMatchObject({ shape: [2], dtype: TYPE.float32 });
      expect(take(context, [sum!])).toEqual([-(10 * k + k + 10), -(20 * k + k + 20)]);
      expect(take(context, [product!])).toEqual([10 * k, 20 * k]);
    }
    context.removeProgram(program);
    expect(() => run(program, [1])).toThrow(`expected the number of a program, got ${program}`);
  });

  test("give results that are inputs, constants, or named twice an id of their own", () => {
    const [x, constant] = [vector(context, 1), vector(context, 2)];
    const program = add({
      inputs: 1,
      constants: [constant],
      nodes: [node("Neg", [0])],
      results: [0, 1, 2, 2],
    });
    const outputs = run(program, [x]);
    expect(new Set([x, constant, ...outputs.map(({ id }) => id)]).size).toBe(6);
    expect(outputs.map((output) => take(context, [output])[0])).toEqual([1, 2, -1, -1]);
    expect(context.readTensor(x)).toEqual(Float32Array.of(1));
  });

  test("put assigned values in the place of others, ids unchanged", () => {
    const state = vector(context, 1);
    const before = context.shareTensor(state);
    const program = add({ inputs: 1, nodes: [node("AddV2", [0, 0])], assigned: [1] });
    for (let i = 0; i < 3; i++) expect(run(program, [state], [state])).toEqual([]);
    expect(context.readTensor(state)).toEqual(Float32Array.of(8));
    expect(context.readTensor(before)).toEqual(Float32Array.of(1));
  });

  test("repeat attributes of every kind, after what they name is gone", () => {
    context.addFunctionDef(functionDef("twiceInAProgram", "AddV2"));
    const five = vector(context, 5);
    const program = add({
      inputs: 1,
      nodes: [
        {
          op: "Const",
          attrs: [
            { name: "dtype", type: ATTR.type, value: TYPE.float32 },
            { name: "value", type: ATTR.tensor, value: five },
          ],
          inputs: [],
          outputs: 1,
        },
        {
          op: "PartitionedCall",
          attrs: [
            { name: "Tin", type: ATTR.type, value: [TYPE.float32] },
            { name: "Tout", type: ATTR.type, value: [TYPE.float32] },
            { name: "f", type: ATTR.function, value: "twiceInAProgram" },
          ],
          inputs: [[1]],
          outputs: 1,
        },
        {
          op: "PlaceholderWithDefault",
          attrs: [
            { name: "dtype", type: ATTR.type, value: TYPE.float32 },
            { name: "shape", type: ATTR.shape, value: null },
            { name: "_texts", type: ATTR.string, value: ["a", "b"] },
            { name: "_shapes", type: ATTR.shape, value: [[1], null] },
            { name: "_flags", type: ATTR.bool, value: [true] },
            { name: "_ints", type: ATTR.int, value: [1n, 2] },
            { name: "_floats", type: ATTR.float, value: [0.5] },
          ],
          inputs: [2],
          outputs: 1,
        },
        {
          op: "AddV2",
          attrs: [T],
          inputs: [0, 3],
          outputs: 1,
          device: context.listDevices()[0]!.name,
        },
      ],
      results: [4],
    });
    context.deleteTensor(five);
    expect([1, 2].map((k) => take(context, run(program, [vector(context, k)]))[0])).toEqual([
      11, 12,
    ]);
  });

  test("count their constants as tensors that are held, and nothing else", () => {
    const constant = vector(context, 1);
    const before = context.countTensors();
    const program = add({ constants: [constant, constant], nodes: [node("Neg", [0])] });
    expect(context.countTensors()).toBe(before + 2);
    for (let i = 0; i < 100; i++) run(program, []);
    expect(context.countTensors()).toBe(before + 2);
    context.removeProgram(program);
    expect(context.countTensors()).toBe(before);
  });

  test("say which operation failed, and change nothing then", () => {
    const state = vector(context, 1);
    const program = add({
      inputs: 2,
      nodes: [node("Neg", [0]), node("Cholesky", [2]), node("Neg", [3])],
      results: [4],
      assigned: [2],
    });
    const before = context.countTensors();
    let error: TensorFlowError | undefined;
    try {
      run(program, [state, state], [state]);
    } catch (caught) {
      error = caught as TensorFlowError;
    }
    expect(error).toMatchObject({ code: "INVALID_ARGUMENT", op: "Cholesky" });
    expect(error?.message).toMatch(/^operation 2 of 3, Cholesky: /);
    expect(context.countTensors()).toBe(before);
    expect(context.readTensor(state)).toEqual(Float32Array.of(1));
  });

  test("refuse values, ids and lists that do not fit", () => {
    const x = vector(context, 1);
    expect(() => add({ nodes: [node("Neg", [0])] })).toThrow("expected a value below 0, got 0");
    expect(() => add({ inputs: 1, nodes: [node("Neg", [0], 1e6)] })).toThrow("0 to 1024 outputs");
    expect(() => add({ results: [3] })).toThrow("expected a value below 0, got 3");
    expect(() => add({ constants: [12345] })).toThrow("expected the id of a live tensor");
    const program = add({ inputs: 1, nodes: [node("Neg", [0])], results: [1], assigned: [1] });
    expect(() => run(program, [x])).toThrow("runProgram: expected a Uint32Array of 1 ids");
    expect(() => context.runProgram(program, none, Uint32Array.of(x))).toThrow("of 1 ids");
    expect(() => run(program, [x], [12345])).toThrow("expected the id of a live tensor");
    expect(() => run(program, [12345], [x])).toThrow("expected the id of a live tensor");
    const wrong = add({ inputs: 1, nodes: [node("TopKV2", [0, 0], 5)] });
    expect(() => run(wrong, [x])).toThrow(/^operation 1 of 1, TopKV2: /);
  });
});
