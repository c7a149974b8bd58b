import { DataType } from "@apr-kit/contracts";
import { expectAllClose, expectTensorDelta } from "@apr-kit/testing";
import { afterEach, beforeAll, expect, jest, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import { constant } from "../src/ops/constant.ts";
import { preferredPrecision } from "../src/preferredPrecision.ts";
import { startEngine } from "../src/startEngine.ts";
import type { NodeTensorFlowBackend } from "../src/tensorflow/tensorFlowBackend.ts";
import { tensorFlowMemory } from "../src/tensorflow/tensorFlowState.ts";
import { traced } from "../src/traced.ts";
import { describeNative } from "./nativeSupport.ts";
import { drawNetwork, residualLoss } from "./residualNetwork.ts";

jest.setTimeout(60_000); // a busy machine

/** A function that counts how often JavaScript runs it. */
function counted<TArguments extends readonly unknown[], TResult>(
  run: (...args: TArguments) => TResult,
) {
  const fn = (...args: TArguments) => {
    fn.runs++;
    return run(...args);
  };
  fn.runs = 0;
  return fn;
}

/** Already on the device, where counting begins. */
function uploaded(...values: number[]): tf.Tensor1D {
  return tf.clone(tf.neg(tf.neg(tf.tensor1d(values))));
}

function values(result: tf.Tensor): number[] {
  return Array.from(result.dataSync());
}

describeNative("traced", () => {
  let backend: NodeTensorFlowBackend;

  beforeAll(async () => {
    await startEngine({ engine: "tensorflow", threads: 2 });
    backend = tf.backend() as NodeTensorFlowBackend;
  });

  afterEach(() => tf.disposeVariables());

  test("runs fn once for equal shapes, and repeats its operations on what a call is given", () => {
    const fn = counted((x: tf.Tensor, y: tf.Tensor) => tf.add(tf.mul(x, 2), y));
    const run = traced(fn);
    expect(values(run(tf.tensor1d([1, 2]), tf.tensor1d([5, 6])))).toEqual([7, 10]);
    expect(values(run(tf.tensor1d([3, 4]), tf.tensor1d([0, 1])))).toEqual([6, 9]);
    expect(values(run(tf.tensor1d([3, 4]), tf.tensor1d([3, 4])))).toEqual([9, 12]);
    expect(fn.runs).toBe(1);
    run.dispose();
  });

  test("takes and returns nested arrays and objects, and nothing", () => {
    const run = traced(({ a, rest: [b] }: { a: tf.Tensor; rest: [tf.Tensor] }, c?: tf.Tensor) => ({
      sum: tf.add(a, b),
      parts: [tf.neg(a), { c: c ?? null }],
    }));
    for (const k of [1, 2, 3]) {
      const { sum, parts } = run({ a: tf.scalar(k), rest: [tf.scalar(10)] });
      expect(values(sum)).toEqual([k + 10]);
      expect(values(parts[0] as tf.Tensor)).toEqual([-k]);
      expect(parts[1]).toEqual({ c: null });
    }
    const variable = tf.variable(tf.scalar(0));
    const assign = traced((x: tf.Tensor) => variable.assign(x as tf.Scalar));
    for (const k of [4, 5, 6]) {
      expect(assign(tf.scalar(k))).toBeUndefined();
      expect(values(variable)).toEqual([k]);
    }
  });

  test("takes the steps of the README's example", () => {
    const weight = tf.variable(tf.scalar(1));
    const step = traced((x: tf.Tensor, rate: tf.Scalar) => {
      const loss = () => tf.sum<tf.Scalar>(tf.square(tf.sub(x, weight)));
      const { value, grads } = tf.variableGrads(loss, [weight]);
      weight.assign(tf.sub(weight, tf.mul(rate, grads[weight.name]!)));
      return value;
    });
    const take = () => values(step(tf.tensor1d([2, 4]), tf.scalar(0.25)));
    expect([take(), take()]).toEqual([[10], [2]]);
  });

  /** Training steps on changing images at a changing rate, with momentum: losses and weights. */
  function trainingSteps(precision: "float32" | "bfloat16", wrap: typeof traced): number[][] {
    return tf.tidy(() => {
      const { images, labels, weights } = drawNetwork();
      const variables = weights.map((weight) => tf.variable(weight));
      const speeds = weights.map((weight) => tf.variable(tf.zerosLike(weight), false));
      const step = wrap((batch: tf.Tensor4D, rate: tf.Scalar) =>
        tf.tidy(() => {
          const loss = (...list: tf.Tensor[]) => residualLoss(batch, labels, list, precision);
          const { value, grads } = tf.valueAndGrads(loss)(variables);
          speeds.forEach((speed, i) => {
            speed.assign(tf.add(tf.mul(speed, 0.9), grads[i]!));
            variables[i]!.assign(tf.sub(variables[i]!, tf.mul(speed, rate)));
          });
          return value;
        }),
      );
      const losses = [0.1, 0.05, 0.02, 0.01].map((rate) => {
        const batch = tf.mul<tf.Tensor4D>(images, 1 + rate);
        return values(step(batch, tf.scalar(rate)));
      });
      step.dispose();
      return [...losses, ...variables.map(values), ...speeds.map(values)];
    });
  }

  const plain: typeof traced = (fn) =>
    Object.assign(fn.bind(undefined), { dispose: () => undefined });

  test.each(["float32", "bfloat16"] as const)(
    "gives training steps in %s the bits that they have without it",
    (precision) => {
      if (precision === "bfloat16" && preferredPrecision().precision !== precision) return;
      expect(trainingSteps(precision, traced)).toEqual(trainingSteps(precision, plain));
    },
  );

  test("assigns variables, whose values it reads anew in every call", () => {
    const count = tf.variable(tf.scalar(1));
    const scale = tf.variable(tf.scalar(10), false);
    const fn = counted((x: tf.Tensor) => {
      count.assign(tf.add(count, 1));
      return tf.mul(tf.mul(x, scale), count);
    });
    const run = traced(fn);
    expect(values(run(tf.scalar(1)))).toEqual([20]);
    expect(values(run(tf.scalar(1)))).toEqual([30]);
    scale.assign(tf.scalar(100));
    expect(values(run(tf.scalar(1)))).toEqual([400]);
    expect(values(count)).toEqual([4]);
    expect(fn.runs).toBe(1);
  });

  test("tells a variable from a tensor that shares its values, whoever changes", () => {
    const variable = tf.variable(tf.scalar(1));
    const twin = tf.variable(variable);
    const copy = tf.clone(variable);
    const run = traced((x: tf.Tensor) => {
      const all = tf.stack([x, variable, twin, copy]);
      variable.assign(tf.add(variable, 1));
      return all;
    });
    expect(values(run(copy))).toEqual([1, 1, 1, 1]);
    twin.assign(tf.scalar(7));
    expect(values(run(tf.scalar(0)))).toEqual([0, 2, 7, 1]);
    const kept = tf.clone(variable);
    expect(values(run(kept))).toEqual([3, 3, 7, 1]);
    expect([kept, variable, copy].map(values)).toEqual([[3], [4], [1]]);
  });

  test("returns an argument, a variable's value and a constant as tensors of the caller's own", () => {
    const variable = tf.variable(tf.scalar(1));
    const outside = tf.scalar(8);
    const run = traced((x: tf.Tensor) => {
      variable.assign(tf.add(variable, 1));
      return [x, variable as tf.Tensor, outside, x];
    });
    for (const k of [1, 2, 3]) {
      const x = tf.scalar(10 * k);
      const results = run(x);
      expect(results.map((result) => values(result)[0])).toEqual([10 * k, k + 1, 8, 10 * k]);
      tf.dispose(results);
      expect([x, variable, outside].map(({ isDisposed }) => isDisposed)).toEqual([
        false,
        false,
        false,
      ]);
      expect(values(x)).toEqual([10 * k]);
    }
  });

  test("keeps constants that their owner disposes, and that constant() lets go", () => {
    const outside = tf.tensor1d([1, 2]);
    const run = traced((x: tf.Tensor) => tf.add(tf.mul(x, constant([3, 4])), outside));
    expect(values(run(tf.scalar(1)))).toEqual([4, 6]);
    outside.dispose();
    for (let i = 0; i < 300; i++) constant(1000 + i);
    expect(values(run(tf.scalar(2)))).toEqual([7, 10]);
  });

  test("records again for other shapes, data types and plain values", () => {
    const fn = counted((x: tf.Tensor, { times }: { times: number | string }) =>
      tf.mul(tf.cast(x, "float32"), Number(times)),
    );
    const run = traced(fn);
    const calls: [tf.Tensor, number | string][] = [
      [tf.tensor1d([1, 2]), 2],
      [tf.tensor1d([1, 2, 3]), 2],
      [tf.tensor1d([1, 2], "int32"), 2],
      [tf.tensor1d([1, 2]), 3],
      [tf.tensor1d([1, 2]), "3"],
    ];
    const warn = jest.spyOn(process, "emitWarning").mockImplementation(() => undefined);
    for (let round = 0; round < 2; round++) {
      for (const [x, times] of calls) {
        expect(values(run(x, { times }))).toEqual(values(x).map((value) => value * Number(times)));
      }
    }
    expect(fn.runs).toBe(5);
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn.mock.calls[0]![0]).toMatch(
      /^traced: fn is recorded for the 4th time.*\(float32\[2\], \{"times": 2\}\); .*\(float32\[2\], \{"times": 3\}\)$/,
    );
    warn.mockRestore();
  });

  test("tells bfloat16 from float32, in arguments and in variables", () => {
    const cast = (x: tf.Tensor, to: number) =>
      backend.executeSingleOutput("Cast", [{ name: "DstT", type: 4, value: to }], [x]);
    const twice = (x: tf.Tensor) => backend.executeSingleOutput("AddV2", [], [x, x]);
    const exact = tf.scalar(1.001);
    const run = traced(twice);
    expectAllClose(run(exact), [2.002]);
    expect(values(run(cast(exact, DataType.bfloat16)))).toEqual([2]);
    const variable = tf.variable(exact);
    const readAndShorten = traced(() => {
      const result = twice(variable);
      variable.assign(cast(variable, DataType.bfloat16) as tf.Scalar);
      return result;
    });
    expectAllClose(readAndShorten(), [2.002]);
    expect(values(readAndShorten())).toEqual([2]);
    variable.assign(exact);
    expectAllClose(readAndShorten(), [2.002]);
    expect(backend.nativeDataType(variable)).toBe(DataType.bfloat16);
    expect(values(variable)).toEqual([1]);
  });

  test("keeps no more traces than it may", () => {
    const fn = counted((x: tf.Tensor) => tf.neg(x));
    const run = traced(fn, { maxTraces: 1 });
    const [one, two] = [uploaded(1), uploaded(1, 2)];
    const before = tensorFlowMemory().nativeTensors;
    for (const x of [one, one, two, two, one]) run(x).dispose();
    expect(fn.runs).toBe(3);
    expect(tensorFlowMemory().nativeTensors).toBe(before);
  });

  test("leaves as many tensors as fn does, over thousands of calls", () => {
    const variable = tf.variable(tf.ones([8]));
    const run = traced((x: tf.Tensor) => {
      const moved = tf.tidy(() => tf.add(tf.mul(variable, 0.5), tf.sum(x)));
      variable.assign(moved as tf.Tensor1D);
      return { moved, x };
    });
    const x = tf.ones([4]);
    expectTensorDelta(() => run(x), 2);
    expectTensorDelta(() => tf.tidy(() => run(x).moved.shape), 0);
    const before = { ...tf.memory(), ...tensorFlowMemory() };
    for (let i = 0; i < 3000; i++) tf.dispose(run(x));
    expect({ ...tf.memory(), ...tensorFlowMemory() }).toEqual(before);
  });

  test("disposes with its traces all that they hold", () => {
    const before = tensorFlowMemory().nativeTensors;
    const outside = tf.tensor1d([1, 2]);
    const run = traced((x: tf.Tensor) => tf.add(x, outside));
    run(tf.scalar(1)).dispose();
    outside.dispose();
    expect(tensorFlowMemory().nativeTensors).toBeGreaterThan(before);
    run.dispose();
    run.dispose();
    expect(tensorFlowMemory().nativeTensors).toBe(before + 1); // the argument
    expect(() => run(tf.scalar(1))).toThrow(
      "traced: expected a function not to be disposed, got a call",
    );
  });

  test("within another traced function is part of its trace", () => {
    const inner = counted((x: tf.Tensor) => tf.mul(x, 2));
    const half = traced(inner);
    const run = traced((x: tf.Tensor) => tf.add(half(x), 1));
    expect([1, 2, 3].map((k) => values(run(tf.scalar(k)))[0])).toEqual([3, 5, 7]);
    expect(inner.runs).toBe(1);
  });

  test("within a differentiation just runs, and can differentiate itself", () => {
    const fn = counted((x: tf.Tensor) => tf.sum(tf.square(x)));
    const run = traced(fn);
    const x = tf.tensor1d([1, 2]);
    run(x);
    expect(values(tf.grad(run)(x))).toEqual([2, 4]);
    expect(fn.runs).toBe(2);
    const slope = traced((at: tf.Tensor) => tf.grad(fn)(at));
    expect([x, tf.tensor1d([5, 6]), x].map((at) => values(slope(at)))).toEqual([
      [2, 4],
      [10, 12],
      [2, 4],
    ]);
  });

  test("records list inputs, attributes of all kinds and devices of executeRaw", () => {
    const value = { name: "value", type: 6, value: 0 };
    const dtype = { name: "dtype", type: 4, value: DataType.float32 };
    const device = backend.binding.listDevices()[0]!.name;
    const run = traced((x: tf.Tensor) => {
      const five = tf.scalar(5);
      const [id] = backend.getInputTensorIds([five]);
      const [made] = backend.executeRaw({ op: "Const", attrs: [dtype, { ...value, value: id }] });
      return backend.executeRaw({ op: "AddN", inputs: [[x, made!, x]], device })[0]!;
    });
    expect([1, 2].map((k) => values(run(tf.scalar(k)))[0])).toEqual([7, 9]);
  });

  test("looks up indices that a call is given", () => {
    const run = traced((x: tf.Tensor, at: tf.Tensor1D) => tf.gather(x, at));
    const x = tf.tensor1d([5, 6, 7]);
    expect(values(run(x, tf.tensor1d([2, 0], "int32")))).toEqual([7, 5]);
    expect(values(run(x, tf.tensor1d([1, 1], "int32")))).toEqual([6, 6]);
  });

  test("names the operation that fails, assigns nothing, and goes on", () => {
    const variable = tf.variable(tf.scalar(1));
    const run = traced((x: tf.Tensor, at: tf.Tensor1D) => {
      variable.assign(tf.add(variable, 1));
      return tf.gather(x, at);
    });
    const x = tf.tensor1d([5, 6, 7]);
    run(x, tf.tensor1d([0], "int32"));
    const wrong = tf.cast(uploaded(9), "int32");
    const right = tf.tensor1d([1], "int32");
    tf.dispose(run(x, right));
    const before = { ...tf.memory(), ...tensorFlowMemory() };
    expect(() => run(x, wrong)).toThrow(
      expect.objectContaining({
        code: "INVALID_ARGUMENT",
        op: "GatherV2",
        message: expect.stringMatching(/^operation 2 of 2, GatherV2: indices\[0\] = 9 is not in/),
      }),
    );
    expect({ ...tf.memory(), ...tensorFlowMemory() }).toEqual(before);
    expect(values(variable)).toEqual([3]);
    expect(values(run(x, right))).toEqual([6]);
  });

  test("refuses arguments that it cannot tell apart later", () => {
    const run = traced((..._: readonly unknown[]) => undefined);
    const expected = "traced: expected arguments of tensors, numbers";
    expect(() => run(() => 1)).toThrow(expected);
    expect(() => run([new Map()])).toThrow(expected);
    expect(() => run({ x: Float32Array.of(1) })).toThrow("got Float32Array(1)");
    expect(() => run(tf.variable(tf.scalar(1), true, "mine"))).toThrow(
      "got the variable mine, which fn should close over",
    );
    const gone = tf.scalar(1);
    gone.dispose();
    expect(() => run(gone)).toThrow(
      "traced: expected arguments that are not disposed, got a disposed tensor []",
    );
  });

  test("refuses functions that are none, or asynchronous", () => {
    expect(() => traced(5 as never)).toThrow("expected fn to be a synchronous function, got 5");
    expect(() => traced(async () => tf.scalar(1))).toThrow("got async function");
    expect(() => traced(() => undefined, { maxTraces: 0 })).toThrow("maxTraces to be a whole");
    const late = traced(() => Promise.resolve(tf.scalar(1)));
    expect(() => late()).toThrow("traced: expected fn to be synchronous, got a promise");
  });

  const noise = (shape: [number, number]) => tf.randomNormal(shape, 0, 1, "float32", 1);

  test.each<[string, (x: tf.Tensor) => unknown, string]>([
    ["reads a tensor", (x) => tf.mul(x, x.dataSync()[0]!), "fn not to read tensors"],
    [
      "reads one that it made",
      (x) => tf.mul(x, tf.scalar(2).arraySync()),
      "fn not to read tensors",
    ],
    ["hides that it reads", (x) => tryTo(() => x.dataSync()) ?? x, "fn not to read tensors"],
    ["reads without waiting", (x) => [x.data(), x][1], "got float32 [1]"],
    [
      "starts operations that it cannot wait for",
      (x) => [x, backend.executeRawAsync({ op: "Neg", inputs: [x] })][0],
      "not to run asynchronously, got Neg",
    ],
    ["draws in JavaScript", (x) => tf.add(x, noise([40, 40])), "got [40, 40]"],
    ["returns numbers", () => 5, "fn to return tensors, arrays and plain objects of them, got 5"],
    [
      "makes variables",
      () => tf.variable(tf.scalar(1), true, "new"),
      'fn to create no variables, got "new"',
    ],
    ["throws", (x) => fail(tf.neg(x)), "its own"],
  ])("fails where fn %s, and leaves nothing behind", (_, fn, message) => {
    const x = uploaded(1);
    const run = traced(fn);
    const before = { ...tf.memory(), ...tensorFlowMemory() };
    expect(() => run(x)).toThrow(message);
    tf.disposeVariables();
    expect({ ...tf.memory(), ...tensorFlowMemory() }).toEqual(before);
    expect(values(tf.add(x, 1))).toEqual([2]); // nothing is recorded any more
  });

  test("makes many equal values anew in every call, and holds none of them", () => {
    const run = traced((x: tf.Tensor) => {
      const ones = tf.mul(tf.ones([40, 40], "int32"), tf.ones([40, 40], "bool"));
      return tf.sum(tf.mul(x, tf.cast(tf.add(ones, tf.zeros([40, 40], "int32")), "float32")));
    });
    const x = uploaded(2);
    const before = { ...tf.memory(), ...tensorFlowMemory() };
    for (let i = 0; i < 3; i++) expect(values(tf.tidy(() => run(x)))).toEqual([3200]);
    run.dispose();
    expect(tensorFlowMemory().nativeTensors - before.nativeTensors).toBe(3);
    expect(tf.memory().numBytes - before.numBytes).toBe(3 * 4);
  });

  test("says which variable was disposed", () => {
    const variable = tf.variable(tf.scalar(1), true, "gone");
    const run = traced((x: tf.Tensor) => tf.mul(x, variable));
    run(tf.scalar(1));
    variable.dispose();
    expect(() => run(tf.scalar(1))).toThrow(
      'traced: expected the variables of fn not to be disposed, got "gone"',
    );
    const other = tf.variable(tf.scalar(1), true, "other");
    expect(() => traced(() => other.dispose())()).toThrow('dispose no variables, got "other"');
  });

  test("just runs fn on another engine", async () => {
    const fn = counted((x: tf.Tensor) => tf.mul(x, x.dataSync()[0]!));
    const run = traced(fn);
    await startEngine({ engine: "cpu" });
    expect([2, 3].map((k) => values(run(tf.scalar(k)))[0])).toEqual([4, 9]);
    expect(fn.runs).toBe(2);
    await startEngine({ engine: "tensorflow", threads: 2 });
  });
});

function tryTo(run: () => unknown): undefined {
  try {
    run();
  } catch {
    return undefined;
  }
}

function fail(_: unknown): never {
  throw new Error("its own");
}
