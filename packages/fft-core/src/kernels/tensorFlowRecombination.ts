import { DataType, type TensorFlowBackend } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import type { RecombineImagesAttrs, RecombineWithinAttrs } from "./names.ts";
import { forwardReal, inverseReal, parts } from "./tensorFlowFft.ts";
import { isForMatrices, matrixRoute } from "./tensorFlowMatrixRoute.ts";
import {
  absolute,
  complex,
  floats,
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
  const joined = withAmplitude(run, complex(run, phaseRe, phaseIm), amplitude);
  return parts(run, joined, undefined, 1);
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
  const transform = chooseTransform(backend, phaseFrom.shape, axes);
  return [transform(phaseFrom).joinedTo(transform(amplitudeFrom).amplitude())];
}

/** One forward transform serves both roles: F(x[partners]) = F(x)[partners], so amplitudes change places. */
export function recombineWithin(
  inputs: Inputs,
  attrs: tf.NamedAttrMap,
  backend: TensorFlowBackend,
): tf.Tensor[] {
  const { axes, partners } = attrs as RecombineWithinAttrs;
  const { images } = inputs as { images: tf.TensorInfo };
  const spectrum = chooseTransform(backend, images.shape, axes)(images);
  return [spectrum.joinedTo(gatherRows(runOf(backend), spectrum.amplitude(), partners))];
}

/** What recombination asks of the spectra of a batch. */
interface Spectrum {
  amplitude(): tf.Tensor;
  /** Images with this amplitude, and with the phase of the spectrum. */
  joinedTo(amplitude: tf.Tensor): tf.Tensor;
}

type Transform = (images: tf.TensorInfo) => Spectrum;

function chooseTransform(
  backend: TensorFlowBackend,
  shape: readonly number[],
  axes: readonly number[],
): Transform {
  return isForMatrices(backend, shape, axes)
    ? transformByMatrices(backend, shape, axes)
    : transformByFft(backend, shape, axes);
}

function transformByFft(
  backend: TensorFlowBackend,
  shape: readonly number[],
  axes: readonly number[],
): Transform {
  const run = runOf(backend);
  return (images) => {
    const spectrum = forwardReal(run, images, axes);
    return {
      amplitude: () => absolute(run, spectrum),
      joinedTo: (amplitude) =>
        inverseReal(run, withAmplitude(run, spectrum, amplitude), shape, axes),
    };
  };
}

function transformByMatrices(
  backend: TensorFlowBackend,
  shape: readonly number[],
  axes: readonly number[],
): Transform {
  const run = runOf(backend);
  const route = matrixRoute(backend, shape, axes);
  return (images) => {
    const { re, im } = route.forward(images);
    const energy = floats(run, "AddV2", floats(run, "Square", re), floats(run, "Square", im));
    const amplitude = floats(run, "Sqrt", energy);
    return {
      amplitude: () => amplitude,
      joinedTo: (other) => {
        const offset = tf.scalar(OFFSET);
        const gain = floats(run, "RealDiv", other, floats(run, "Maximum", amplitude, offset));
        return route.inverse({
          re: floats(run, "Mul", floats(run, "AddV2", re, offset), gain),
          im: floats(run, "Mul", im, gain),
        });
      },
    };
  };
}

/** amplitude · own/|own| */
function withAmplitude(run: Run, own: tf.TensorInfo, amplitude: tf.TensorInfo): tf.Tensor {
  const T = typeAttr("T", DataType.complex64);
  const unit = run("Sign", [T], [run("AddV2", [T], [own, toComplex(run, tf.scalar(OFFSET))])]);
  return run("Mul", [T], [unit, toComplex(run, amplitude)]);
}
