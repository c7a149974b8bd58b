import type { TensorFlowBackend } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import { axesLast } from "./axisOrder.ts";
import {
  COMPLEX_FFT,
  type ComplexFftAttrs,
  INVERSE_REAL_FFT,
  REAL_FFT,
  RECOMBINE,
  RECOMBINE_IMAGES,
  RECOMBINE_WITHIN,
  type RealFftAttrs,
} from "./names.ts";
import { inverseRealFftNatively, realFftNatively } from "./nativeFft.ts";
import { isForNative } from "./nativeRecombination.ts";
import {
  countOf,
  forwardReal,
  inverseReal,
  parts,
  splitAxes,
  transformComplex,
} from "./tensorFlowFft.ts";
import { complex, runOf, scaled, transpose } from "./tensorFlowOps.ts";
import { recombine, recombineImages, recombineWithin } from "./tensorFlowRecombination.ts";

type Inputs = Record<string, tf.TensorInfo>;
type TensorFlowKernel = (
  inputs: Inputs,
  attrs: tf.NamedAttrMap,
  backend: TensorFlowBackend,
) => tf.Tensor[];

const kernels: Record<string, TensorFlowKernel> = {
  [COMPLEX_FFT]: complexFft,
  [REAL_FFT]: realFft,
  [INVERSE_REAL_FFT]: inverseRealFft,
  [RECOMBINE]: recombine,
  [RECOMBINE_IMAGES]: recombineImages,
  [RECOMBINE_WITHIN]: recombineWithin,
};

for (const [kernelName, kernel] of Object.entries(kernels)) {
  tf.registerKernel({
    kernelName,
    backendName: "tensorflow",
    kernelFunc: ({ inputs, attrs, backend }) =>
      // The tidy frees what lies between.
      tf.tidy(() => kernel(inputs as Inputs, attrs ?? {}, backend as TensorFlowBackend)),
  });
}

function complexFft(
  inputs: Inputs,
  attrs: tf.NamedAttrMap,
  backend: TensorFlowBackend,
): tf.Tensor[] {
  const run = runOf(backend);
  const { axes, scale, inverse } = attrs as ComplexFftAttrs;
  const { re, im } = inputs as { re: tf.TensorInfo; im: tf.TensorInfo };
  const output = transformComplex(run, complex(run, re, im), axes, inverse);
  const builtIn = inverse ? 1 / countOf(re.shape, axes) : 1; // what the operations themselves divide by
  return parts(run, output, undefined, scale / builtIn);
}

function realFft(inputs: Inputs, attrs: tf.NamedAttrMap, backend: TensorFlowBackend): tf.Tensor[] {
  const run = runOf(backend);
  const { axes, scale } = attrs as RealFftAttrs;
  const { x } = inputs as { x: tf.TensorInfo };
  if (axes.length === 2 && isForNative(backend, x.shape, axes)) {
    return realFftNatively(backend, x, scale);
  }
  const { others, together } = splitAxes(axes);
  const { back } = axesLast(x.shape.length, together);
  const spectrum = forwardReal(run, x, together);
  if (others.length === 0) return parts(run, spectrum, back, scale);
  const output = transformComplex(run, transpose(run, spectrum, back), others, false);
  return parts(run, output, undefined, scale);
}

function inverseRealFft(
  inputs: Inputs,
  attrs: tf.NamedAttrMap,
  backend: TensorFlowBackend,
): tf.Tensor[] {
  const run = runOf(backend);
  const { axes, scale, size } = attrs as RealFftAttrs;
  const { re, im } = inputs as { re: tf.TensorInfo; im: tf.TensorInfo };
  const shape = re.shape.map((side, axis) => (axis === axes.at(-1) ? size : side));
  if (axes.length === 2 && isForNative(backend, shape, axes)) {
    return [inverseRealFftNatively(backend, [re, im], size, scale)];
  }
  const { others, together } = splitAxes(axes);
  const { toLast } = axesLast(re.shape.length, together);
  const spectrum =
    others.length === 0
      ? complex(run, transpose(run, re, toLast), transpose(run, im, toLast))
      : transpose(run, transformComplex(run, complex(run, re, im), others, true), toLast);
  return [scaled(run, inverseReal(run, spectrum, shape, together), scale * countOf(shape, axes))];
}
