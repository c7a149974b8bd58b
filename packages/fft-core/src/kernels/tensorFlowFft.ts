/** @file TensorFlow's FFT operations on [batch, height, width, channel]; they work on the last axes. */
import { DataType } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import { axesLast } from "./axisOrder.ts";
import { part, type Run, scaled, transpose, typeAttr } from "./tensorFlowOps.ts";

const ATTRS = [typeAttr("Treal", DataType.float32), typeAttr("Tcomplex", DataType.complex64)];

const MOST_AXES = 3; // of one operation

/**
 * Complex transform along any axes, which stay in their places; the inverse divides by the number of
 * transformed elements.
 */
export function transformComplex(
  run: Run,
  x: tf.TensorInfo,
  axes: readonly number[],
  inverse: boolean,
): tf.TensorInfo {
  if (axes.length === 0) return x;
  const some = axes.slice(0, MOST_AXES);
  const { toLast, back } = axesLast(x.shape.length, some);
  const name = `${inverse ? "IFFT" : "FFT"}${suffix(some)}`;
  const attrs = [typeAttr("Tcomplex", DataType.complex64)];
  const output = transpose(run, run(name, attrs, [transpose(run, x, toLast)]), back);
  return transformComplex(run, output, axes.slice(MOST_AXES), inverse);
}

/** Cuts the axes of a real transform into those of one operation, the halved one last, and the others. */
export function splitAxes(axes: readonly number[]): { others: number[]; together: number[] } {
  return { others: axes.slice(0, -MOST_AXES), together: axes.slice(-MOST_AXES) };
}

/** Complex half spectrum; `axes` have become the last ones. */
export function forwardReal(run: Run, x: tf.TensorInfo, axes: readonly number[]): tf.Tensor {
  const input = transpose(run, x, axesLast(x.shape.length, axes).toLast);
  return run(`RFFT${suffix(axes)}`, ATTRS, [input, lengths(x.shape, axes)]);
}

/** The inverse, of images of `shape`; divides by the number of transformed elements. */
export function inverseReal(
  run: Run,
  spectrum: tf.TensorInfo,
  shape: readonly number[],
  axes: readonly number[],
): tf.Tensor {
  const output = run(`IRFFT${suffix(axes)}`, ATTRS, [spectrum, lengths(shape, axes)]);
  return transpose(run, output, axesLast(shape.length, axes).back);
}

/** Real and imaginary part, axes moved back: two moves of real numbers cost less than one of complex ones. */
export function parts(
  run: Run,
  x: tf.TensorInfo,
  back: number[] | undefined,
  scale: number,
): tf.Tensor[] {
  return (["Real", "Imag"] as const).map((name) =>
    scaled(run, transpose(run, part(run, name, x), back), scale),
  );
}

export function countOf(shape: readonly number[], axes: readonly number[]): number {
  return axes.reduce((product, axis) => product * shape[axis]!, 1);
}

/** TensorFlow names its transforms FFT, FFT2D and FFT3D. */
function suffix(axes: readonly number[]): string {
  return axes.length === 1 ? "" : `${axes.length}D`;
}

function lengths(shape: readonly number[], axes: readonly number[]): tf.Tensor {
  return tf.tensor1d(
    axes.map((axis) => shape[axis]!),
    "int32",
  );
}
