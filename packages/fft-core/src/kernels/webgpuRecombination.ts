import type { NamedAttrMap, TensorInfo } from "@tensorflow/tfjs-core";
import type { Inputs } from "./host.ts";
import type { RecombineImagesAttrs, RecombineWithinAttrs } from "./names.ts";
import { dispatch, makeOutput, type Program, type WebGpuBackend } from "./webgpuDevice.ts";
import { floats, shaderCode } from "./webgpuShader.ts";
import { dispose, type Parts, transformOnDevice } from "./webgpuTransform.ts";

const THREADS = 128;

export function recombine(
  inputs: Inputs,
  _attrs: NamedAttrMap,
  backend: WebGpuBackend,
): TensorInfo[] {
  const { amplitudeRe, amplitudeIm, phaseRe, phaseIm } = inputs as Record<
    "amplitudeRe" | "amplitudeIm" | "phaseRe" | "phaseIm",
    TensorInfo
  >;
  return join(backend, [amplitudeRe, amplitudeIm], [phaseRe, phaseIm]);
}

export function recombineImages(
  inputs: Inputs,
  attrs: NamedAttrMap,
  backend: WebGpuBackend,
): TensorInfo[] {
  const { axes } = attrs as RecombineImagesAttrs;
  const { amplitudeFrom, phaseFrom } = inputs as Record<"amplitudeFrom" | "phaseFrom", TensorInfo>;
  const { forward, inverse } = realTransforms(backend, phaseFrom.shape, axes);
  const [donor, own] = [forward(amplitudeFrom), forward(phaseFrom)];
  const joined = join(backend, donor, own);
  const images = inverse(joined);
  dispose(backend, [...donor, ...own, ...joined]);
  return [...images];
}

/** One forward transform serves both roles. */
export function recombineWithin(
  inputs: Inputs,
  attrs: NamedAttrMap,
  backend: WebGpuBackend,
): TensorInfo[] {
  const { axes, partners } = attrs as RecombineWithinAttrs;
  const { images } = inputs as { images: TensorInfo };
  const { forward, inverse } = realTransforms(backend, images.shape, axes);
  const spectra = forward(images);
  const places = backend.makeTensorInfo([partners.length], "int32", Int32Array.from(partners));
  const joined = join(backend, spectra, spectra, places);
  const mixed = inverse(joined);
  dispose(backend, [...spectra, ...joined, places]);
  return [...mixed];
}

function realTransforms(backend: WebGpuBackend, shape: readonly number[], axes: readonly number[]) {
  const last = axes.at(-1)!;
  const others = axes.slice(0, -1);
  const count = axes.reduce((product, axis) => product * shape[axis]!, 1);
  const common = { shape, halved: last };
  return {
    forward: (images: TensorInfo) =>
      transformOnDevice(backend, [images], {
        ...common,
        axes: [last, ...others],
        inverse: false,
        scale: 1,
      }),
    inverse: (spectrum: Parts) =>
      transformOnDevice(backend, spectrum, {
        ...common,
        axes: [...others, last],
        inverse: true,
        scale: 1 / count,
      }),
  };
}

/** |donor|·own/|own|, and |donor| where own = 0; image i takes from donor[places[i]], or from its own place. */
function join(backend: WebGpuBackend, donor: Parts, own: Parts, places?: TensorInfo): TensorInfo[] {
  const [re] = own as readonly [TensorInfo];
  const [batch, ...sides] = re.shape as [number, ...number[]];
  const perImage = sides.reduce((product, side) => product * side, 1);
  const outputs = [makeOutput(backend, re.shape), makeOutput(backend, re.shape)];
  const isWithin = places !== undefined;
  dispatch(backend, {
    key: `recombine ${isWithin ? perImage : "pairs"}`,
    makeProgram: () => joinProgram(isWithin ? perImage : undefined),
    tensors: [...(isWithin ? [...own, places] : [...donor, ...own]), ...outputs],
    groups: Math.ceil((batch * perImage) / THREADS),
  });
  return outputs;
}

/** With `perImage`, elements of an image, donors are other images of the same batch. */
function joinProgram(perImage: number | undefined): Program {
  const isWithin = perImage !== undefined;
  const donor = isWithin
    ? `let at = u32(places[i / ${perImage}u]) * ${perImage}u + i % ${perImage}u;
  let donor = vec2(ownRe[at], ownIm[at]);`
    : "let donor = vec2(donorRe[i], donorIm[i]);";
  const body = `let i = group * ${THREADS}u + thread;
  if (i >= arrayLength(&outRe)) { return; }
  ${donor}
  let own = vec2(ownRe[i], ownIm[i]);
  let amplitude = sqrt(dot(donor, donor));
  let ownAmplitude = sqrt(dot(own, own));
  let gain = amplitude / select(ownAmplitude, 1.0, ownAmplitude == 0.0);
  outRe[i] = select(own.x * gain, amplitude, ownAmplitude == 0.0);
  outIm[i] = select(own.y * gain, 0.0, ownAmplitude == 0.0);`;
  const own = ["ownRe", "ownIm"].map(floats);
  const code = shaderCode({
    read: isWithin ? [...own, ["places", "i32"]] : [...["donorRe", "donorIm"].map(floats), ...own],
    written: ["outRe", "outIm"],
    hasConstants: false,
    threads: THREADS,
    body,
  });
  return { code };
}
