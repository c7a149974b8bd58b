import { createRequire } from "node:module";
import { DataType, type OpAttr } from "@apr-kit/contracts";
import { expectAllClose, expectTensorDelta } from "@apr-kit/testing";
import { beforeAll, expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import { registerTensorFlowBackend } from "../src/tensorflow/registerTensorFlowBackend.ts";
import type { NodeTensorFlowBackend } from "../src/tensorflow/tensorFlowBackend.ts";
import { devices, tensorFlowMemory } from "../src/tensorflow/tensorFlowState.ts";
import { ATTR, addonPath, describeNative } from "./nativeSupport.ts";

describeNative("the tfjs backend tensorflow", () => {
  let backend: NodeTensorFlowBackend;

  beforeAll(async () => {
    backend = registerTensorFlowBackend({ addonPath, threads: 2 });
    await tf.setBackend("tensorflow");
  });

  const castTo = (x: tf.Tensor, from: number, to: number) =>
    backend.executeSingleOutput(
      "Cast",
      [
        { name: "SrcT", type: ATTR.type, value: from },
        { name: "DstT", type: ATTR.type, value: to },
      ],
      [x],
    );

  test("is registered once, with tfjs-node's kernels, and without tfjs-node's own addon", () => {
    expect(tf.getBackend()).toBe("tensorflow");
    expect(registerTensorFlowBackend({ addonPath })).toBe(backend);
    expect(tf.getKernelsForBackend("tensorflow").length).toBeGreaterThan(150);
    expect(backend.binding.TF_Version).toMatch(/^2\.\d+/);
    expect(devices()[0]).toMatchObject({ type: "CPU" });
  });

  test("shares its tfjs-core with ES modules: tensors of either are instances of the same class", () => {
    const require = createRequire(import.meta.url);
    const node = createRequire(require.resolve("@tensorflow/tfjs-node-gpu/package.json"));
    const umbrella = node("@tensorflow/tfjs") as typeof tf;
    expect(umbrella.Tensor).toBe(tf.Tensor);
    expect(umbrella.engine()).toBe(tf.engine());
    expect(backend.upload(Int32Array.of(1), [1], DataType.int32)).toBeInstanceOf(tf.Tensor);
  });

  test("multiplies, convolves, reduces and transforms", () => {
    const ones = tf.ones([1, 3, 3, 1]) as tf.Tensor4D;
    const filter = tf.ones([2, 2, 1, 1]) as tf.Tensor4D;
    expectAllClose(tf.conv2d(ones, filter, 1, "valid"), [4, 4, 4, 4]);
    expectAllClose(tf.matMul([[1, 2]], [[3], [4]]), [11]);
    expectAllClose(tf.sum([1, 2, 3]), [6]);
    const spectrum = tf.fft(tf.complex([1, 2, 3, 4], [0, 0, 0, 0]));
    expectAllClose(tf.real(spectrum), [10, -2, -2, -2]);
    expectAllClose(tf.topk([1, 5, 3], 2).values, [5, 3]);
    expect(Array.from(tf.argMax([1, 5, 3]).dataSync())).toEqual([1]);
  });

  test("computes gradients", () => {
    const slope = tf.grad((x) => tf.sum(tf.square(x)));
    expectAllClose(slope(tf.tensor1d([1, 2])), [2, 4]);
  });

  test("reads strings and booleans as tfjs has them", async () => {
    expect(await tf.tensor1d(["a", "µ"]).data()).toEqual(["a", "µ"]);
    expect(Array.from(tf.greater([1, 3], 2).dataSync())).toEqual([0, 1]);
  });

  test.each([
    ["bfloat16", DataType.bfloat16],
    ["float16", DataType.float16],
    ["float64", DataType.float64],
  ])("shows %s as float32 and reads its values so", (_, type) => {
    const x = castTo(tf.tensor1d([1.5, -2]), DataType.float32, type);
    expect(x.dtype).toBe("float32");
    expect(backend.nativeDataType(x)).toBe(type);
    expect(x.dataSync()).toEqual(Float32Array.of(1.5, -2));
  });

  test.each([
    ["uint8", DataType.uint8],
    ["int64", DataType.int64],
  ])("shows %s as int32 and reads its values so", (_, type) => {
    const x = castTo(tf.tensor1d([200, 7]), DataType.float32, type);
    expect(x.dtype).toBe("int32");
    expect(x.dataSync()).toEqual(Int32Array.of(200, 7));
  });

  test("refuses to show int64 values that int32 cannot hold", () => {
    const x = backend.upload(BigInt64Array.of(2n ** 40n), [1], DataType.int64);
    expect(() => x.dataSync()).toThrow("expected int64 values that fit into 32 bits");
  });

  test("keeps uint8 pixels at one byte each on the device", () => {
    const pixels = backend.upload(Uint8Array.of(0, 255), [2], DataType.uint8);
    expect(backend.nativeDataType(pixels)).toBe(DataType.uint8);
    expectAllClose(castTo(pixels, DataType.uint8, DataType.float32), [0, 255]);
  });

  test("multiplies in bfloat16 when an operation says so", () => {
    const x = castTo(tf.tensor2d([[1, 2]]), DataType.float32, DataType.bfloat16);
    const y = castTo(tf.tensor2d([[3], [4]]), DataType.float32, DataType.bfloat16);
    const T = [{ name: "T", type: ATTR.type, value: DataType.bfloat16 }];
    const [product] = backend.executeRaw({ op: "MatMul", attrs: T, inputs: [x, y], outputs: 1 });
    expect(backend.nativeDataType(product!)).toBe(DataType.bfloat16);
    expectAllClose(product!, [11]);
  });

  test("runs operations on resources, lists and named devices through executeRaw", () => {
    const attrs = [
      { name: "dtype", type: ATTR.type, value: DataType.float32 },
      { name: "shape", type: ATTR.shape, value: [2] },
    ];
    const [variable] = backend.executeRaw({ op: "VarHandleOp", attrs });
    backend.executeRaw({ op: "AssignVariableOp", inputs: [variable!, tf.tensor1d([1, 2])] });
    const dtype = attrs.slice(0, 1);
    const [value] = backend.executeRaw({ op: "ReadVariableOp", attrs: dtype, inputs: [variable!] });
    expectAllClose(value!, [1, 2]);
    const device = devices()[0]!.name;
    const [sum] = backend.executeRaw({ op: "AddN", inputs: [[value!, value!]], device });
    expectAllClose(sum!, [2, 4]);
  });

  test("runs operations asynchronously", async () => {
    const x = tf.tensor2d([[2]]);
    const pending = backend.executeRawAsync({ op: "MatMul", inputs: [x, x], outputs: 1 });
    x.dispose();
    const [product] = await pending;
    expectAllClose(product!, [4]);
  });

  const attr = (type: OpAttr["type"], value: unknown, name = "_x"): OpAttr => ({
    name,
    type,
    value,
  });
  const numbered = (_: unknown, i: number) => attr(ATTR.int, i, `_${i}`);

  test.each([
    ["a short call", [attr(ATTR.type, DataType.float32, "T")]],
    ["a text too long for the frame", [attr(ATTR.string, "x".repeat(99))]],
    ["a list too long for the frame", [attr(ATTR.int, Array(5000).fill(1))]],
    ["more attributes than the frame holds", Array.from({ length: 900 }, numbered)],
  ])("gives the same for %s, by whichever way it goes", (_, attrs) => {
    expectAllClose(backend.executeSingleOutput("Neg", attrs, [tf.scalar(2)]), [-2]);
  });

  test("gives the same errors by whichever way a call goes", () => {
    const x = tf.tensor1d([1]);
    const quick = () => backend.executeSingleOutput("MatMul", [], [x, x]);
    const general = () => backend.executeRaw({ op: "MatMul", inputs: [x, x], outputs: 1 });
    expect(quick).toThrow("MatMul: In[0] ndims must be >= 2");
    expect(general).toThrow("MatMul: In[0] ndims must be >= 2");
    const wrong = [{ name: "T", type: ATTR.type, value: "float32" }];
    expect(() => backend.executeSingleOutput("Neg", wrong, [x])).toThrow("attribute T: ");
  });

  test("refuses SavedModel calls in a sentence", () => {
    expect(() => backend.binding.loadSavedModel()).toThrow("expected no SavedModel calls");
  });

  test("holds no native tensor that tfjs has disposed", () => {
    const step = () => tf.tidy(() => tf.sum(tf.relu(tf.matMul(tf.ones([4, 4]), tf.eye(4)))));
    expectTensorDelta(step, 1);
    step().dispose();
    const before = tensorFlowMemory().nativeTensors;
    for (let i = 0; i < 1000; i++) step().dispose();
    expect(tensorFlowMemory().nativeTensors).toBe(before);
    expect(backend.memory()).toEqual({ unreliable: false });
  });
});
