import { type NamedAttrMap, registerKernel, type TensorInfo } from "@tensorflow/tfjs-core";
import { createPlanes, type Planes } from "../fourier/planes.ts";
import {
  halfShape,
  inverseTransformAxes,
  inverseTransformReal,
  sizeOf,
  transformAxes,
  transformReal,
} from "../fourier/transformAxes.ts";
import {
  COMPLEX_FFT,
  type ComplexFftAttrs,
  INVERSE_REAL_FFT,
  REAL_FFT,
  RECOMBINE,
  RECOMBINE_IMAGES,
  RECOMBINE_WITHIN,
  type RealFftAttrs,
  type RecombineImagesAttrs,
  type RecombineWithinAttrs,
} from "./names.ts";
import { takeAmplitude } from "./takeAmplitude.ts";

/** How a backend whose tensors lie in ordinary memory hands them out. */
export interface HostMemory {
  /** New float32 tensor. May move the memory: take views afterwards. */
  allocate(shape: number[]): TensorInfo;
  /** The values of a float32 tensor, to read or to fill. */
  view(info: TensorInfo): Float32Array;
}

export type Inputs = Record<string, TensorInfo>;
type HostKernel = (inputs: Inputs, attrs: NamedAttrMap, memory: HostMemory) => TensorInfo[];

/** Faster kernels of a backend, which may decline by returning undefined. */
export type HostKernels = Readonly<
  Record<string, (inputs: Inputs, attrs: NamedAttrMap, backend: object) => TensorInfo[] | undefined>
>;

/** Registers the reference kernels: float32 in and out, float64 within, one image at a time. */
export function registerHostKernels(
  backendName: string,
  memoryOf: (backend: object) => HostMemory,
  preferred: HostKernels = {},
): void {
  const kernels: Record<string, HostKernel> = {
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
      backendName,
      kernelFunc: ({ inputs, attrs, backend }) =>
        preferred[kernelName]?.(inputs as Inputs, attrs ?? {}, backend) ??
        kernel(inputs as Inputs, attrs ?? {}, memoryOf(backend)),
    });
  }
}

function complexFft(inputs: Inputs, attrs: NamedAttrMap, memory: HostMemory): TensorInfo[] {
  const { axes, scale, inverse } = attrs as ComplexFftAttrs;
  const { re, im } = inputs as { re: TensorInfo; im: TensorInfo };
  const { count, shape, blockAxes } = blocksOf(re.shape, axes);
  const outputs = [memory.allocate(re.shape), memory.allocate(re.shape)] as const;
  const data = createPlanes(sizeOf(shape));
  const work = createPlanes(sizeOf(shape));
  for (let image = 0; image < count; image++) {
    load(memory, { re, im }, image, data);
    const transform = inverse ? inverseTransformAxes : transformAxes;
    storePair(memory, outputs, image, transform(data, work, shape, blockAxes), scale);
  }
  return [...outputs];
}

function realFft(inputs: Inputs, attrs: NamedAttrMap, memory: HostMemory): TensorInfo[] {
  const { axes, scale } = attrs as RealFftAttrs;
  const { x } = inputs as { x: TensorInfo };
  const { count, shape, blockAxes } = blocksOf(x.shape, axes);
  const half = halfShape(x.shape, axes);
  const outputs = [memory.allocate(half), memory.allocate(half)] as const;
  for (let image = 0; image < count; image++) {
    const values = imageOf(memory.view(x), image, sizeOf(shape));
    storePair(memory, outputs, image, transformReal(values, shape, blockAxes), scale);
  }
  return [...outputs];
}

function inverseRealFft(inputs: Inputs, attrs: NamedAttrMap, memory: HostMemory): TensorInfo[] {
  const { axes, scale, size } = attrs as RealFftAttrs;
  const { re, im } = inputs as { re: TensorInfo; im: TensorInfo };
  const outShape = re.shape.map((side, axis) => (axis === axes.at(-1) ? size : side));
  const { count, shape, blockAxes } = blocksOf(outShape, axes);
  const output = memory.allocate(outShape);
  const spectrum = createPlanes(sizeOf(halfShape(shape, blockAxes)));
  for (let image = 0; image < count; image++) {
    load(memory, { re, im }, image, spectrum);
    const values = inverseTransformReal(spectrum, shape, blockAxes);
    store(memory, output, image, values, scale);
  }
  return [output];
}

function recombine(inputs: Inputs, _attrs: NamedAttrMap, memory: HostMemory): TensorInfo[] {
  const { amplitudeRe, amplitudeIm, phaseRe, phaseIm } = inputs as Record<
    "amplitudeRe" | "amplitudeIm" | "phaseRe" | "phaseIm",
    TensorInfo
  >;
  const { count, shape } = blocksOf(phaseRe.shape, []);
  const outputs = [memory.allocate(phaseRe.shape), memory.allocate(phaseRe.shape)] as const;
  const donor = createPlanes(sizeOf(shape));
  const own = createPlanes(sizeOf(shape));
  for (let image = 0; image < count; image++) {
    load(memory, { re: amplitudeRe, im: amplitudeIm }, image, donor);
    load(memory, { re: phaseRe, im: phaseIm }, image, own);
    takeAmplitude(donor, own);
    storePair(memory, outputs, image, own, 1);
  }
  return [...outputs];
}

function recombineImages(inputs: Inputs, attrs: NamedAttrMap, memory: HostMemory): TensorInfo[] {
  const { axes } = attrs as RecombineImagesAttrs;
  const { amplitudeFrom, phaseFrom } = inputs as {
    amplitudeFrom: TensorInfo;
    phaseFrom: TensorInfo;
  };
  const { count, shape, blockAxes } = blocksOf(phaseFrom.shape, axes);
  const size = sizeOf(shape);
  const scale = 1 / blockAxes.reduce((product, axis) => product * shape[axis]!, 1);
  const output = memory.allocate(phaseFrom.shape);
  for (let image = 0; image < count; image++) {
    const donor = transformReal(imageOf(memory.view(amplitudeFrom), image, size), shape, blockAxes);
    const own = transformReal(imageOf(memory.view(phaseFrom), image, size), shape, blockAxes);
    takeAmplitude(donor, own);
    store(memory, output, image, inverseTransformReal(own, shape, blockAxes), scale);
  }
  return [output];
}

/** One forward transform of each image serves both roles. */
function recombineWithin(inputs: Inputs, attrs: NamedAttrMap, memory: HostMemory): TensorInfo[] {
  const { axes, partners } = attrs as RecombineWithinAttrs;
  const { images } = inputs as { images: TensorInfo };
  const { count, shape, blockAxes } = blocksOf(images.shape, axes);
  const size = sizeOf(shape);
  const scale = 1 / blockAxes.reduce((product, axis) => product * shape[axis]!, 1);
  const spectra = Array.from({ length: count }, (_, image) =>
    transformReal(imageOf(memory.view(images), image, size), shape, blockAxes),
  );
  const output = memory.allocate(images.shape);
  for (let image = 0; image < count; image++) {
    const { re, im } = spectra[image]!;
    const own = { re: Float64Array.from(re), im: Float64Array.from(im) }; // it may lend its amplitude later
    takeAmplitude(spectra[partners[image]!]!, own);
    store(memory, output, image, inverseTransformReal(own, shape, blockAxes), scale);
  }
  return [output];
}

/** What is transformed at a time: an image, or the whole batch where that is transformed too. */
function blocksOf(whole: readonly number[], axes: readonly number[]) {
  if (axes.includes(0)) return { count: 1, shape: [...whole], blockAxes: [...axes] };
  const [count = 0, ...shape] = whole;
  return { count, shape, blockAxes: axes.map((axis) => axis - 1) };
}

function imageOf(values: Float32Array, image: number, size: number): Float32Array {
  return values.subarray(image * size, (image + 1) * size);
}

function load(
  memory: HostMemory,
  { re, im }: { re: TensorInfo; im: TensorInfo },
  image: number,
  to: Planes,
): void {
  to.re.set(imageOf(memory.view(re), image, to.re.length));
  to.im.set(imageOf(memory.view(im), image, to.im.length));
}

function storePair(
  memory: HostMemory,
  [re, im]: readonly [TensorInfo, TensorInfo],
  image: number,
  values: Planes,
  scale: number,
): void {
  store(memory, re, image, values.re, scale);
  store(memory, im, image, values.im, scale);
}

function store(
  memory: HostMemory,
  to: TensorInfo,
  image: number,
  values: Float64Array,
  scale: number,
): void {
  const target = imageOf(memory.view(to), image, values.length);
  for (let i = 0; i < values.length; i++) target[i] = values[i]! * scale;
}
