import { engine, type NamedTensorMap, type Tensor, type Tensor4D } from "@tensorflow/tfjs-core";
import type { ComplexPair } from "../complexPair.ts";
import {
  COMPLEX_FFT,
  type ComplexFftAttrs,
  INVERSE_REAL_FFT,
  REAL_FFT,
  RECOMBINE,
  type RealFftAttrs,
} from "./names.ts";

/** Runs COMPLEX_FFT on the current backend. */
export function complexFft({ re, im }: ComplexPair, attrs: ComplexFftAttrs): ComplexPair {
  return asPair(engine().runKernel(COMPLEX_FFT, { re, im } as NamedTensorMap, attrs));
}

/** Runs REAL_FFT on the current backend. */
export function realFft(x: Tensor4D, { axes, scale }: Omit<RealFftAttrs, "size">): ComplexPair {
  const attrs: RealFftAttrs = { axes, scale, size: x.shape[axes.at(-1) as number] as number };
  return asPair(engine().runKernel(REAL_FFT, { x } as NamedTensorMap, attrs));
}

/** Runs INVERSE_REAL_FFT on the current backend. */
export function inverseRealFft({ re, im }: ComplexPair, attrs: RealFftAttrs): Tensor4D {
  const outputs: Tensor[] = engine().runKernel(
    INVERSE_REAL_FFT,
    { re, im } as NamedTensorMap,
    attrs,
  );
  return outputs[0] as Tensor4D;
}

/** Runs RECOMBINE on the current backend. */
export function recombineSpectra(amplitudeFrom: ComplexPair, phaseFrom: ComplexPair): ComplexPair {
  const inputs = {
    amplitudeRe: amplitudeFrom.re,
    amplitudeIm: amplitudeFrom.im,
    phaseRe: phaseFrom.re,
    phaseIm: phaseFrom.im,
  };
  return asPair(engine().runKernel(RECOMBINE, inputs as NamedTensorMap));
}

function asPair(outputs: Tensor[]): ComplexPair {
  const [re, im] = outputs as [Tensor4D, Tensor4D];
  return { re, im };
}
