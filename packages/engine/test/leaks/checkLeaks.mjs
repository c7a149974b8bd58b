// The work that checkLeaks.sh watches: node checkLeaks.mjs <addon>
import { createRequire } from "node:module";

const { Context, hasBfloat16Units } = createRequire(import.meta.url)(process.argv[2]);
const T = { name: "T", type: 4, value: 1 };
const none = [];

function fails(run) {
  try {
    run();
  } catch {
    return;
  }
  throw new Error(`expected a failure of ${run}`);
}

function tensors(context) {
  const arrays = [
    [1, new Float32Array(6)],
    [2, new Float64Array(6)],
    [4, new Uint8Array(6)],
    [8, new Float32Array(12)],
    [9, new BigInt64Array(6)],
    [14, new Float32Array(6)],
    [19, new Uint16Array(6)],
    [7, ["", "short", "x".repeat(200), new Uint8Array(3), "µ", "long".repeat(50)]],
  ];
  for (const [type, values] of arrays) {
    const id = context.createTensor([2, 3], type, values);
    context.readTensor(id);
    if (type !== 7) context.readTensorBytes(id);
    context.tensorDevice(id);
    context.deleteTensor(id);
  }
  fails(() => context.createTensor([7], 7, ["a"]));
  fails(() => context.createTensor([2], 7, ["a", 5]));
  fails(() => context.createTensor([2], 1, new Float32Array(3)));
  fails(() => context.createTensor([2 ** 30, 2 ** 30], 1, new Float32Array(3)));
  fails(() => context.readTensor(5));
}

function operations(context) {
  const a = context.createTensor([2, 2], 1, new Float32Array(4));
  const kinds = [
    T,
    { name: "_s", type: 0, value: "text" },
    { name: "_ss", type: 0, value: ["a", "b".repeat(99)] },
    { name: "_i", type: 1, value: [1, 2n] },
    { name: "_f", type: 2, value: [0.5] },
    { name: "_b", type: 3, value: [true] },
    { name: "_t", type: 4, value: [1, 3] },
    { name: "_h", type: 5, value: [[1], null, []] },
    { name: "_v", type: 6, value: a },
    { name: "_p", type: 100, value: Uint8Array.of(0x30, 1) },
  ];
  const outputs = context.executeOp("MatMul", kinds, [a, a]);
  const [sum] = context.executeOp("AddN", none, [[a, a]], 1);
  fails(() => context.executeOp("MatMul", none, [a], 1));
  fails(() => context.executeOp("NoSuchOp", none, none, 1));
  fails(() => context.executeOp("Neg", [{ name: "T", type: 4, value: "x" }], [a], 1));
  fails(() => context.executeOp("AddN", none, [[a, 77]], 1));
  fails(() => context.executeOp("Neg", [T], [a], 1, "/no/such/device"));
  for (const { id } of [...outputs, sum]) context.deleteTensor(id);
  context.deleteTensor(a);
}

function frames(context) {
  const id = context.createTensor([3], 1, new Float32Array(3));
  const op = context.intern("Neg");
  const name = context.intern("T");
  context.frame.set([op, 1, 1, id, 1, name, 4, -1, 1]);
  context.executeFrame();
  context.deleteTensor(context.frame[1]);
  context.frame.set([op, 1, 1, -1, 0]);
  fails(() => context.executeFrame());
  context.frame.set([9999, 1, 0, 0]);
  fails(() => context.executeFrame());
  context.frame.set([op, 1, 1, id, 1, name, 1, 1e9]);
  fails(() => context.executeFrame());
  context.deleteTensor(id);
}

/** A recorded program: every kind of value, attributes that outlive what they name, and a failure half-way. */
function programs(context) {
  const x = context.createTensor([2], 1, new Float32Array(2));
  const state = context.shareTensor(x);
  const attrs = [
    T,
    { name: "_s", type: 0, value: "text".repeat(20) },
    { name: "_ss", type: 0, value: ["a", "b".repeat(99)] },
    { name: "_i", type: 1, value: [1, 2n] },
    { name: "_h", type: 5, value: [[1], null, []] },
    { name: "_v", type: 6, value: x },
    { name: "_p", type: 100, value: Uint8Array.of(0x30, 1) },
  ];
  const node = (op, inputs, outputs = 1) => ({ op, attrs, inputs, outputs });
  const nodes = [node("Mul", [0, 1]), { ...node("AddN", [[2, 0, 1]]), attrs: none }];
  const program = { inputs: 1, constants: [x], nodes, results: [3, 0, 1, 3], assigned: [2] };
  const number = context.addProgram(program);
  const failing = context.addProgram({ ...program, nodes: [nodes[0], node("Cholesky", [2])] });
  fails(() => context.addProgram({ ...program, results: [99] }));
  context.deleteTensor(x);
  const [ids, targets] = [Uint32Array.of(state), Uint32Array.of(state)];
  for (const { id } of context.runProgram(number, ids, targets)) context.deleteTensor(id);
  fails(() => context.runProgram(failing, ids, targets));
  fails(() => context.runProgram(number, ids, new Uint32Array(0)));
  context.removeProgram(number);
  context.removeProgram(failing);
  fails(() => context.removeProgram(number));
  context.deleteTensor(state);
}

async function asynchronous(context) {
  const a = context.createTensor([64, 64], 1, new Float32Array(4096));
  const pending = context.executeOpAsync("MatMul", [T], [a, a], 1);
  const failing = context.executeOpAsync("MatMul", [T], [a], 1).catch(() => none);
  context.deleteTensor(a);
  for (const { id } of [...(await pending), ...(await failing)]) context.deleteTensor(id);
}

/** The operations that the addon adds, on shapes that no vector divides. */
function ownOperations(context) {
  const int = (name, value) => ({ name, type: 1, value });
  const walk = [int("size", 3), int("stride", 2), int("padding", 1)];
  const run = (...call) => context.executeOp(...call).map(({ id }) => id);
  for (const type of [1, 14]) {
    const maps = context.createTensor([3, 7, 5, 19], type, new Float32Array(3 * 7 * 5 * 19));
    const [pooled, winner] = run("AprMaxPool", walk, [maps], 2);
    const shape = int("input_shape", [3, 7, 5, 19]);
    const slope = run("AprMaxPoolGradient", [...walk, shape], [pooled, winner], 1);
    fails(() => context.executeOp("AprMaxPoolGradient", [...walk, shape], [maps, winner], 1));
    fails(() => context.executeOp("AprMaxPool", [int("size", 16), ...walk.slice(1)], [maps], 2));
    for (const id of [maps, pooled, winner, ...slope]) context.deleteTensor(id);
  }
  for (const [side, out, half] of [
    [17, 48, 9],
    [5, 32, 3],
  ]) {
    const maps = context.createTensor([3, side, side, 5], 14, new Float32Array(15 * side * side));
    const dy = context.createTensor(
      [3, half, half, out],
      14,
      new Float32Array(3 * half * half * out),
    );
    if (hasBfloat16Units)
      run("AprFilterGradient", walk, [maps, dy], 1).forEach((id) => {
        context.deleteTensor(id);
      });
    fails(() => context.executeOp("AprFilterGradient", walk, [maps, maps], 1));
    for (const id of [maps, dy]) context.deleteTensor(id);
  }
  for (const type of [1, 14]) for (const relu of [false, true]) batchNorm(run, type, relu);
  const weights = [1, 70_000].map((n) => context.createTensor([n], 1, new Float32Array(n)));
  const rate = context.createTensor([], 1, Float32Array.of(0.1));
  const attrs = [
    int("N", 2),
    { name: "momentum", type: 2, value: 0.9 },
    { name: "weight_decay", type: 2, value: 0.1 },
  ];
  const rateAttr = { name: "rate", type: 2, value: 0.1 };
  const next = run("AprSgdNesterov", attrs, [...weights, ...weights, ...weights, rate], 4);
  fails(() =>
    context.executeOp("AprSgdNesterov", attrs, [...weights, ...weights, ...weights, weights[1]], 4),
  );
  const moved = run("AprMovingAverage", [attrs[0], rateAttr], [...weights, ...weights], 2);
  const crossed = [...weights, ...weights.toReversed()];
  fails(() => context.executeOp("AprMovingAverage", [attrs[0], rateAttr], crossed, 2));
  for (const id of [...weights, ...next, ...moved, rate]) context.deleteTensor(id);

  function batchNorm(execute, type, relu) {
    const shape = [3, 31, 37, 19]; // several pieces, and a row that is not full
    const x = context.createTensor(shape, type, new Float32Array(3 * 31 * 37 * 19));
    const vector = context.createTensor([19], 1, new Float32Array(19));
    const flag = { name: "relu", type: 3, value: relu };
    for (const others of [[], [x]]) {
      const count = int("N", others.length);
      const forward = [count, flag, { name: "epsilon", type: 2, value: 1e-5 }];
      const made = execute("AprBatchNorm", forward, [x, vector, vector, ...others], 4);
      const given = [x, x, vector, vector, vector, vector, ...others];
      made.push(...execute("AprBatchNormGradient", [count, flag], given, 3 + others.length));
      const fixed = [x, vector, vector, vector, vector];
      made.push(...execute("AprBatchNormInference", forward.slice(1), fixed, 1));
      fails(() => context.executeOp("AprBatchNorm", forward, [x, x, vector, ...others], 4));
      fails(() => context.executeOp("AprBatchNormGradient", [count, flag], [vector, ...given], 4));
      for (const id of made) context.deleteTensor(id);
    }
    for (const id of [x, vector]) context.deleteTensor(id);
  }
}

function functionsAndDevices(context) {
  fails(() => context.addFunctionDef(Uint8Array.of(1, 2, 3)));
  fails(() => context.removeFunction("none"));
  fails(() => new Context({ configProto: Uint8Array.of(255) }));
  fails(() => new Context({ configProto: 5 }));
  fails(() => Context());
  context.hasFunction("none");
  context.listDevices();
}

for (let round = 0; round < 3; round++) {
  const context = new Context();
  for (let i = 0; i < 50; i++) {
    tensors(context);
    operations(context);
    frames(context);
    programs(context);
    if (i % 10 === 0) ownOperations(context);
    await asynchronous(context);
    functionsAndDevices(context);
  }
  if (context.countTensors() !== 0) throw new Error(`${context.countTensors()} tensors left`);
}
globalThis.gc();
