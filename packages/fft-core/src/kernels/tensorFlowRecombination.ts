import { DataType, type TensorFlowBackend } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import type { RecombineImagesAttrs, RecombineWithinAttrs } from "./names.ts";
import { isForNative, recombineNatively } from "./nativeRecombination.ts";
import { forwardReal, inverseReal, parts } from "./tensorFlowFft.ts";
import {
  absolute,
  complex,
  gatherRows,
  type Run,
  runOf,
  toComplex,
  typeAttr,
} from "./tensorFlowOps.ts";

/** Gives 0 the phase 0, survives squaring, and is lost in values above 1e-11. */
const OFFSET = 1e-18;

type Inputs = Record<string, tf.TensorInfo>;

export function recombine(
  inputs: Inputs,
  _attrs: tf.NamedAttrMap,
  backend: TensorFlowBackend,
): tf.Tensor[] {
  const run = runOf(backend);
  const { amplitudeRe, amplitudeIm, phaseRe, phaseIm } = inputs as Record<
    "amplitudeRe" | "amplitudeIm" | "phaseRe" | "phaseIm",
    tf.TensorInfo
  >;
  const amplitude = absolute(run, complex(run, amplitudeRe, amplitudeIm));
  const own = complex(run, phaseRe, phaseIm);
  return parts(run, withAmplitude(run, own, amplitude), undefined, 1);
}

export function recombineImages(
  inputs: Inputs,
  attrs: tf.NamedAttrMap,
  backend: TensorFlowBackend,
): tf.Tensor[] {
  const { axes } = attrs as RecombineImagesAttrs;
  const { amplitudeFrom, phaseFrom } = inputs as Record<
    "amplitudeFrom" | "phaseFrom",
    tf.TensorInfo
  >;
  const { shape } = phaseFrom;
  if (isForNative(backend, shape, axes)) {
    const first = Array.from({ length: shape[0]! }, (_, i) => i);
    const places = { amplitudeFrom: first, phaseFrom: first.map((i) => shape[0]! + i) };
    return [recombineNatively(backend, [amplitudeFrom, phaseFrom], places, axes)];
  }
  const run = runOf(backend);
  const amplitude = absolute(run, forwardReal(run, amplitudeFrom, axes));
  return [joined(run, forwardReal(run, phaseFrom, axes), amplitude, shape, axes)];
}

/** One forward transform serves both roles: F(x[partners]) = F(x)[partners], so amplitudes change places. */
export function recombineWithin(
  inputs: Inputs,
  attrs: tf.NamedAttrMap,
  backend: TensorFlowBackend,
): tf.Tensor[] {
  const { axes, partners } = attrs as RecombineWithinAttrs;
  const { images } = inputs as { images: tf.TensorInfo };
  const { shape } = images;
  if (isForNative(backend, shape, axes)) {
    const places = { amplitudeFrom: partners, phaseFrom: partners.map((_, i) => i) };
    return [recombineNatively(backend, [images], places, axes)];
  }
  const run = runOf(backend);
  const spectrum = forwardReal(run, images, axes);
  const amplitude = gatherRows(run, absolute(run, spectrum), partners);
  return [joined(run, spectrum, amplitude, shape, axes)];
}

/** Images with this amplitude, and with the phase of the spectrum. */
function joined(
  run: Run,
  spectrum: tf.TensorInfo,
  amplitude: tf.Tensor,
  shape: readonly number[],
  axes: readonly number[],
): tf.Tensor {
  return inverseReal(run, withAmplitude(run, spectrum, amplitude), shape, axes);
}

/** amplitude · own/|own| */
function withAmplitude(run: Run, own: tf.TensorInfo, amplitude: tf.TensorInfo): tf.Tensor {
  const T = typeAttr("T", DataType.complex64);
  const unit = run("Sign", [T], [run("AddV2", [T], [own, toComplex(run, tf.scalar(OFFSET))])]);
  return run("Mul", [T], [unit, toComplex(run, amplitude)]);
}
