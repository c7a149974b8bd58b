/** @file TensorFlow's operations, as far as the kernels of this package need them. */
import { AttrType, DataType, type OpAttr, type TensorFlowBackend } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";

export type Run = TensorFlowBackend["executeSingleOutput"];

export function runOf(backend: TensorFlowBackend): Run {
  return (...call) => backend.executeSingleOutput(...call);
}

export function transpose<T extends tf.TensorInfo>(
  run: Run,
  x: T,
  order: number[] | undefined,
): T | tf.Tensor {
  if (order === undefined) return x;
  const type = x.dtype === "complex64" ? DataType.complex64 : DataType.float32;
  const attrs = [typeAttr("T", type), typeAttr("Tperm", DataType.int32)];
  return run("Transpose", attrs, [x, tf.tensor1d(order, "int32")]);
}

/** rows[i] of the result is row places[i] of `x`. */
export function gatherRows(run: Run, x: tf.TensorInfo, places: readonly number[]): tf.Tensor {
  const attrs = [
    typeAttr("Tparams", DataType.float32),
    typeAttr("Tindices", DataType.int32),
    typeAttr("Taxis", DataType.int32),
  ];
  return run("GatherV2", attrs, [x, tf.tensor1d([...places], "int32"), tf.scalar(0, "int32")]);
}

export function complex(run: Run, re: tf.TensorInfo, im: tf.TensorInfo): tf.Tensor {
  const attrs = [typeAttr("T", DataType.float32), typeAttr("Tout", DataType.complex64)];
  return run("Complex", attrs, [re, im]);
}

export function part(run: Run, name: "Real" | "Imag", x: tf.TensorInfo): tf.Tensor {
  const attrs = [typeAttr("T", DataType.complex64), typeAttr("Tout", DataType.float32)];
  return run(name, attrs, [x]);
}

export function absolute(run: Run, x: tf.TensorInfo): tf.Tensor {
  const attrs = [typeAttr("T", DataType.complex64), typeAttr("Tout", DataType.float32)];
  return run("ComplexAbs", attrs, [x]);
}

export function toComplex(run: Run, x: tf.TensorInfo): tf.Tensor {
  const attrs = [typeAttr("SrcT", DataType.float32), typeAttr("DstT", DataType.complex64)];
  return run("Cast", attrs, [x]);
}

/** An operation of one element type, on float32. */
export function floats(run: Run, op: string, ...inputs: tf.TensorInfo[]): tf.Tensor {
  return run(op, [typeAttr("T", DataType.float32)], inputs);
}

export function scaled(run: Run, x: tf.Tensor, factor: number): tf.Tensor {
  if (Math.abs(factor - 1) < 1e-12) return x; // rounding of scale · count
  return floats(run, "Mul", x, tf.scalar(factor));
}

/** Matrix product over the last two axes; those before them, if any, are the batch. */
export function product(run: Run, left: tf.TensorInfo, right: tf.TensorInfo): tf.Tensor {
  const T = typeAttr("T", DataType.float32);
  const isSingle = left.shape.length === 2 && right.shape.length === 2;
  const flags = isSingle ? ["transpose_a", "transpose_b"] : ["adj_x", "adj_y"];
  const attrs = flags.map((name) => ({ name, type: AttrType.bool, value: false }));
  return run(isSingle ? "MatMul" : "BatchMatMulV2", [T, ...attrs], [left, right]);
}

export function reshape(x: tf.TensorInfo, shape: readonly number[]): tf.Tensor {
  return tf.reshape(x as tf.Tensor, [...shape]);
}

export function typeAttr(name: string, value: number): OpAttr {
  return { name, type: AttrType.type, value };
}
