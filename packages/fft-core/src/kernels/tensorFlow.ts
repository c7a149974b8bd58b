import { AttrType, DataType, type OpAttr, type TensorFlowBackend } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import { type AxisOrder, axesLast } from "./axisOrder.ts";
import {
  COMPLEX_FFT,
  type ComplexFftAttrs,
  INVERSE_REAL_FFT,
  REAL_FFT,
  RECOMBINE,
  RECOMBINE_IMAGES,
  type RealFftAttrs,
  type RecombineImagesAttrs,
} from "./names.ts";

type Inputs = Record<string, tf.TensorInfo>;
type Run = TensorFlowBackend["executeSingleOutput"];
type TensorFlowKernel = (inputs: Inputs, attrs: tf.NamedAttrMap, run: Run) => tf.Tensor[];

const kernels: Record<string, TensorFlowKernel> = {
  [COMPLEX_FFT]: complexFft,
  [REAL_FFT]: realFft,
  [INVERSE_REAL_FFT]: inverseRealFft,
  [RECOMBINE]: recombine,
  [RECOMBINE_IMAGES]: recombineImages,
};

for (const [kernelName, kernel] of Object.entries(kernels)) {
  tf.registerKernel({
    kernelName,
    backendName: "tensorflow",
    kernelFunc: ({ inputs, attrs, backend }) => {
      const run: Run = (...call) => (backend as TensorFlowBackend).executeSingleOutput(...call);
      return tf.tidy(() => kernel(inputs as Inputs, attrs ?? {}, run)); // frees what lies between
    },
  });
}

function complexFft(inputs: Inputs, attrs: tf.NamedAttrMap, run: Run): tf.Tensor[] {
  const { axes, scale, inverse } = attrs as ComplexFftAttrs;
  const { re, im } = inputs as { re: tf.TensorInfo; im: tf.TensorInfo };
  const order = axesLast(re.shape.length, axes);
  const input = transpose(run, complex(run, re, im), order.toLast);
  const name = `${inverse ? "IFFT" : "FFT"}${suffix(axes)}`;
  const output = run(name, [typeAttr("Tcomplex", DataType.complex64)], [input]);
  const builtIn = inverse ? 1 / countOf(re.shape, axes) : 1; // what the operation itself divides by
  return parts(run, transpose(run, output, order.back), scale / builtIn);
}

function realFft(inputs: Inputs, attrs: tf.NamedAttrMap, run: Run): tf.Tensor[] {
  const { axes, scale } = attrs as RealFftAttrs;
  const { x } = inputs as { x: tf.TensorInfo };
  const order = axesLast(x.shape.length, axes);
  const spectrum = forwardReal(run, x, axes, order);
  return parts(run, transpose(run, spectrum, order.back), scale);
}

function inverseRealFft(inputs: Inputs, attrs: tf.NamedAttrMap, run: Run): tf.Tensor[] {
  const { axes, scale, size } = attrs as RealFftAttrs;
  const { re, im } = inputs as { re: tf.TensorInfo; im: tf.TensorInfo };
  const order = axesLast(re.shape.length, axes);
  const shape = re.shape.map((side, axis) => (axis === axes.at(-1) ? size : side));
  const spectrum = transpose(run, complex(run, re, im), order.toLast);
  const output = inverseReal(run, spectrum, shape, axes, order);
  return [scaled(run, output, scale * countOf(shape, axes))];
}

function recombine(inputs: Inputs, _attrs: tf.NamedAttrMap, run: Run): tf.Tensor[] {
  const { amplitudeRe, amplitudeIm, phaseRe, phaseIm } = inputs as Record<
    "amplitudeRe" | "amplitudeIm" | "phaseRe" | "phaseIm",
    tf.TensorInfo
  >;
  const amplitude = absolute(run, complex(run, amplitudeRe, amplitudeIm));
  return parts(run, withAmplitude(run, complex(run, phaseRe, phaseIm), amplitude), 1);
}

/** Stays on the device; the axes are moved once on the way in and once on the way out. */
function recombineImages(inputs: Inputs, attrs: tf.NamedAttrMap, run: Run): tf.Tensor[] {
  const { axes } = attrs as RecombineImagesAttrs;
  const { amplitudeFrom, phaseFrom } = inputs as {
    amplitudeFrom: tf.TensorInfo;
    phaseFrom: tf.TensorInfo;
  };
  const order = axesLast(phaseFrom.shape.length, axes);
  const amplitude = absolute(run, forwardReal(run, amplitudeFrom, axes, order));
  const own = forwardReal(run, phaseFrom, axes, order);
  const spectrum = withAmplitude(run, own, amplitude);
  return [inverseReal(run, spectrum, phaseFrom.shape, axes, order)];
}

/** amplitude · own/|own|; the offset gives 0 the phase 0, survives squaring, and is lost in values above 1e-11. */
function withAmplitude(run: Run, own: tf.TensorInfo, amplitude: tf.TensorInfo): tf.Tensor {
  const T = typeAttr("T", DataType.complex64);
  const unit = run("Sign", [T], [run("AddV2", [T], [own, toComplex(run, tf.scalar(1e-18))])]);
  return run("Mul", [T], [unit, toComplex(run, amplitude)]);
}

function forwardReal(
  run: Run,
  x: tf.TensorInfo,
  axes: readonly number[],
  order: AxisOrder,
): tf.Tensor {
  const attrs = [typeAttr("Treal", DataType.float32), typeAttr("Tcomplex", DataType.complex64)];
  const inputs = [transpose(run, x, order.toLast), lengths(x.shape, axes)];
  return run(`RFFT${suffix(axes)}`, attrs, inputs as tf.TensorInfo[]);
}

/** `shape` is the output's, before its axes are moved; divides by the number of transformed elements. */
function inverseReal(
  run: Run,
  spectrum: tf.TensorInfo,
  shape: readonly number[],
  axes: readonly number[],
  order: AxisOrder,
): tf.Tensor {
  const attrs = [typeAttr("Treal", DataType.float32), typeAttr("Tcomplex", DataType.complex64)];
  const output = run(`IRFFT${suffix(axes)}`, attrs, [spectrum, lengths(shape, axes)]);
  return transpose(run, output, order.back) as tf.Tensor;
}

function lengths(shape: readonly number[], axes: readonly number[]): tf.Tensor {
  return tf.tensor1d(
    axes.map((axis) => shape[axis]!),
    "int32",
  );
}

function countOf(shape: readonly number[], axes: readonly number[]): number {
  return axes.reduce((product, axis) => product * shape[axis]!, 1);
}

/** TensorFlow names its transforms FFT, FFT2D and FFT3D. */
function suffix(axes: readonly number[]): string {
  return axes.length === 1 ? "" : `${axes.length}D`;
}

function transpose<T extends tf.TensorInfo>(
  run: Run,
  x: T,
  order: number[] | undefined,
): T | tf.Tensor {
  if (order === undefined) return x;
  const type = x.dtype === "complex64" ? DataType.complex64 : DataType.float32;
  const attrs = [typeAttr("T", type), typeAttr("Tperm", DataType.int32)];
  return run("Transpose", attrs, [x, tf.tensor1d(order, "int32")]);
}

function complex(run: Run, re: tf.TensorInfo, im: tf.TensorInfo): tf.Tensor {
  const attrs = [typeAttr("T", DataType.float32), typeAttr("Tout", DataType.complex64)];
  return run("Complex", attrs, [re, im]);
}

function parts(run: Run, x: tf.TensorInfo, scale: number): tf.Tensor[] {
  const attrs = [typeAttr("T", DataType.complex64), typeAttr("Tout", DataType.float32)];
  return ["Real", "Imag"].map((part) => scaled(run, run(part, attrs, [x]), scale));
}

function absolute(run: Run, x: tf.TensorInfo): tf.Tensor {
  const attrs = [typeAttr("T", DataType.complex64), typeAttr("Tout", DataType.float32)];
  return run("ComplexAbs", attrs, [x]);
}

function toComplex(run: Run, x: tf.TensorInfo): tf.Tensor {
  const attrs = [typeAttr("SrcT", DataType.float32), typeAttr("DstT", DataType.complex64)];
  return run("Cast", attrs, [x]);
}

function scaled(run: Run, x: tf.Tensor, factor: number): tf.Tensor {
  if (Math.abs(factor - 1) < 1e-12) return x; // rounding of scale · count
  return run("Mul", [typeAttr("T", DataType.float32)], [x, tf.scalar(factor)]);
}

function typeAttr(name: string, value: number): OpAttr {
  return { name, type: AttrType.type, value };
}
