import type { NamedAttrMap, TensorInfo } from "@tensorflow/tfjs-core";
import { type HostKernels, type Inputs, registerHostKernels } from "./host.ts";
import {
  COMPLEX_FFT,
  type ComplexFftAttrs,
  INVERSE_REAL_FFT,
  REAL_FFT,
  RECOMBINE_IMAGES,
  RECOMBINE_WITHIN,
  type RealFftAttrs,
} from "./names.ts";
import { pointerIn, type WasmBackend } from "./wasmInstance.ts";
import { complexFftByLines, inverseRealFftByLines, realFftByLines } from "./wasmLineTransforms.ts";
import { recombineImages, recombineWithin } from "./wasmRecombination.ts";
import { isForWasm, layoutOf, withTransform } from "./wasmTransform.ts";

/** SIMD kernels; undefined where the engine has no SIMD, and the reference works instead. */
const kernels: HostKernels = {
  [COMPLEX_FFT]: complexFft,
  [REAL_FFT]: realFft,
  [INVERSE_REAL_FFT]: inverseRealFft,
  [RECOMBINE_IMAGES]: recombineImages,
  [RECOMBINE_WITHIN]: recombineWithin,
};

registerHostKernels(
  "wasm",
  (backend) => {
    const wasm = backend as WasmBackend;
    return {
      allocate: (shape) => wasm.makeOutput(shape, "float32"),
      view: (info) => wasm.typedArrayFromHeap(info),
    };
  },
  kernels,
);

/** Complex images are the only areas; an inverse is a forward transform of swapped parts. */
function complexFft(inputs: Inputs, attrs: NamedAttrMap, owner: object): TensorInfo[] | undefined {
  const backend = owner as WasmBackend;
  const { axes, scale, inverse } = attrs as ComplexFftAttrs;
  const { re, im } = inputs as { re: TensorInfo; im: TensorInfo };
  const [batch, height, width, channels] = re.shape as [number, number, number, number];
  if (!isForWasm(backend)) return undefined;
  if (!arePlanes(axes)) return complexFftByLines(backend, [re, im], axes, inverse, scale);
  const layout = layoutOf({ rows: height, columns: width, packed: 0, complex: channels });
  const outputs = [
    backend.makeOutput(re.shape, "float32"),
    backend.makeOutput(re.shape, "float32"),
  ];
  const [pixel, line] = [4 * channels, 4 * channels * width];
  withTransform(backend, layout, (transform, { copy }) => {
    const sources = inOrder([re, im].map(pointerIn(backend)), inverse);
    const targets = inOrder(outputs.map(pointerIn(backend)), inverse);
    const { pixelRow, spectrumRow } = layout;
    for (let image = 0; image < batch; image++) {
      const first = image * height * line;
      transform.clear();
      for (let channel = 0; channel < channels; channel++) {
        const from = first + 4 * channel;
        for (const [part, target] of [transform.input.re, transform.input.im].entries()) {
          const to = target + layout.complexAt(channel);
          copy(sources[part]! + from, line, pixel, to, pixelRow, 4, height, width, 1);
        }
      }
      const spectrum = transform.forward();
      for (let channel = 0; channel < channels; channel++) {
        const to = first + 4 * channel;
        for (const [part, source] of [spectrum.re, spectrum.im].entries()) {
          const from = source + layout.complexSpectrumAt(channel);
          copy(from, spectrumRow, 4, targets[part]! + to, pixel, line, width, height, scale);
        }
      }
    }
  });
  return outputs;
}

/** Columns of the images are rows here, so that the width is what is halved. */
function realFft(inputs: Inputs, attrs: NamedAttrMap, owner: object): TensorInfo[] | undefined {
  const backend = owner as WasmBackend;
  const { axes, scale } = attrs as RealFftAttrs;
  const { x } = inputs as { x: TensorInfo };
  if (!isForWasm(backend)) return undefined;
  if (!arePlanes(axes)) return realFftByLines(backend, x, axes, scale);
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const layout = layoutOf({ rows: width, columns: height, packed: channels, complex: 0 });
  const half = Math.floor(width / 2) + 1;
  const shape = [batch, height, half, channels];
  const outputs = [backend.makeOutput(shape, "float32"), backend.makeOutput(shape, "float32")];
  const pixel = 4 * channels;
  withTransform(backend, layout, (transform, { copy, loadPacked }) => {
    const source = pointerIn(backend)(x);
    const targets = outputs.map(pointerIn(backend));
    const { re, im } = transform.input;
    for (let image = 0; image < batch; image++) {
      for (let channel = 0; channel < channels; channel++) {
        const from = source + image * height * width * pixel + 4 * channel;
        const to = layout.packedAt(channel);
        loadPacked(
          ...[from, pixel, pixel * width, width, height],
          ...[re + to, im + to, layout.pixelRow, layout.half],
        );
      }
      const spectrum = transform.forward();
      for (let channel = 0; channel < channels; channel++) {
        const to = image * height * half * pixel + 4 * channel;
        for (const [part, start] of [spectrum.re, spectrum.im].entries()) {
          const from = start + layout.packedSpectrumAt(channel);
          copy(
            ...[from, layout.spectrumRow, 4, targets[part]! + to, half * pixel, pixel],
            ...[height, half, scale],
          );
        }
      }
    }
  });
  return outputs;
}

function inverseRealFft(
  inputs: Inputs,
  attrs: NamedAttrMap,
  owner: object,
): TensorInfo[] | undefined {
  const backend = owner as WasmBackend;
  const { axes, scale, size: width } = attrs as RealFftAttrs;
  const { re, im } = inputs as { re: TensorInfo; im: TensorInfo };
  if (!isForWasm(backend)) return undefined;
  if (!arePlanes(axes)) return inverseRealFftByLines(backend, [re, im], axes, width, scale);
  const [batch, height, half, channels] = re.shape as [number, number, number, number];
  const layout = layoutOf({ rows: width, columns: height, packed: channels, complex: 0 });
  const output = backend.makeOutput([batch, height, width, channels], "float32");
  const pixel = 4 * channels;
  withTransform(backend, layout, (transform, { copy, storePacked }) => {
    const sources = [re, im].map(pointerIn(backend));
    const target = pointerIn(backend)(output);
    const { input } = transform;
    for (let image = 0; image < batch; image++) {
      transform.clear();
      for (let channel = 0; channel < channels; channel++) {
        const from = image * height * half * pixel + 4 * channel;
        for (const [part, start] of [input.re, input.im].entries()) {
          const to = start + layout.packedSpectrumAt(channel);
          copy(
            ...[sources[part]! + from, half * pixel, pixel, to, layout.spectrumRow, 4],
            ...[height, half, 1],
          );
        }
      }
      const pixels = transform.inverse();
      for (let channel = 0; channel < channels; channel++) {
        const from = layout.packedAt(channel);
        const to = target + image * height * width * pixel + 4 * channel;
        storePacked(
          ...[pixels.re + from, pixels.im + from, layout.pixelRow, layout.half, width, height],
          ...[to, pixel, pixel * width, scale],
        );
      }
    }
  });
  return [output];
}

/** Height and width: what withTransform passes on as whole planes. */
function arePlanes(axes: readonly number[]): boolean {
  return axes.length === 2 && axes[0] === 1 && axes[1] === 2;
}

function inOrder(pair: readonly number[], isSwapped: boolean): readonly number[] {
  return isSwapped ? [...pair].reverse() : pair;
}
