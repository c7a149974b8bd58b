import { type NamedAttrMap, registerKernel, type TensorInfo } from "@tensorflow/tfjs-core";
import type { Inputs } from "./host.ts";
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
import type { WebGpuBackend } from "./webgpuDevice.ts";
import { recombine, recombineImages, recombineWithin } from "./webgpuRecombination.ts";
import { transformOnDevice } from "./webgpuTransform.ts";

type WebGpuKernel = (
  inputs: Inputs,
  attrs: NamedAttrMap,
  backend: WebGpuBackend,
) => readonly TensorInfo[];

const kernels: Record<string, WebGpuKernel> = {
  [COMPLEX_FFT]: complexFft,
  [REAL_FFT]: realFft,
  [INVERSE_REAL_FFT]: inverseRealFft,
  [RECOMBINE]: recombine,
  [RECOMBINE_IMAGES]: recombineImages,
  [RECOMBINE_WITHIN]: recombineWithin,
};

for (const [kernelName, kernel] of Object.entries(kernels)) {
  registerKernel({
    kernelName,
    backendName: "webgpu",
    kernelFunc: ({ inputs, attrs, backend }) => [
      ...kernel(inputs as Inputs, attrs ?? {}, backend as WebGpuBackend),
    ],
  });
}

function complexFft(inputs: Inputs, attrs: NamedAttrMap, backend: WebGpuBackend) {
  const { axes, scale, inverse } = attrs as ComplexFftAttrs;
  const { re, im } = inputs as { re: TensorInfo; im: TensorInfo };
  const { shape } = re;
  return transformOnDevice(backend, [re, im], { shape, axes, inverse, scale, halved: -1 });
}

function realFft(inputs: Inputs, attrs: NamedAttrMap, backend: WebGpuBackend) {
  const { axes, scale } = attrs as RealFftAttrs;
  const { x } = inputs as { x: TensorInfo };
  const halved = axes.at(-1)!;
  return transformOnDevice(backend, [x], {
    shape: x.shape,
    axes: [halved, ...axes.slice(0, -1)],
    inverse: false,
    halved,
    scale,
  });
}

function inverseRealFft(inputs: Inputs, attrs: NamedAttrMap, backend: WebGpuBackend) {
  const { axes, scale, size } = attrs as RealFftAttrs;
  const { re, im } = inputs as { re: TensorInfo; im: TensorInfo };
  const halved = axes.at(-1)!;
  const shape = re.shape.map((side, axis) => (axis === halved ? size : side));
  return transformOnDevice(backend, [re, im], { shape, axes, inverse: true, halved, scale });
}
