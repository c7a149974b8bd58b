import type { NamedAttrMap, TensorInfo } from "@tensorflow/tfjs-core";
import type { Inputs } from "./host.ts";
import type { RecombineImagesAttrs, RecombineWithinAttrs } from "./names.ts";
import type { WasmPlanes } from "./wasmAxis.ts";
import { allocate, pointerIn, type WasmBackend, type WasmExports } from "./wasmInstance.ts";
import {
  isForWasm,
  type Layout,
  layoutOf,
  type WasmTransform,
  withTransform,
} from "./wasmTransform.ts";

export function recombineImages(
  inputs: Inputs,
  attrs: NamedAttrMap,
  owner: object,
): TensorInfo[] | undefined {
  const backend = owner as WasmBackend;
  const { axes } = attrs as RecombineImagesAttrs;
  const { amplitudeFrom, phaseFrom } = inputs as Record<"amplitudeFrom" | "phaseFrom", TensorInfo>;
  const layout = recombinationLayout(backend, phaseFrom.shape, axes);
  if (layout === undefined) return undefined;
  const output = backend.makeOutput(phaseFrom.shape, "float32");
  withTransform(backend, layout, (transform, exports) => {
    const { amplitude, takeAmplitude } = exports;
    const { spectrumBytes } = layout;
    const images = imageMoves(layout, exports, phaseFrom.shape, transform);
    const [donors, own, target] = [amplitudeFrom, phaseFrom, output].map(pointerIn(backend));
    const lengths = allocate(backend, spectrumBytes);
    for (let image = 0; image < phaseFrom.shape[0]!; image++) {
      images.load(donors!, image);
      const donor = transform.forward();
      amplitude(donor.re, donor.im, lengths, spectrumBytes);
      images.load(own!, image);
      const { re, im } = transform.forward();
      const { input } = transform;
      takeAmplitude(lengths, re, im, input.re, input.im, spectrumBytes);
      images.store(transform.inverse(), target!, image);
    }
    backend.wasm._free(lengths);
  });
  return [output];
}

/** One forward transform of each image serves both roles. */
export function recombineWithin(
  inputs: Inputs,
  attrs: NamedAttrMap,
  owner: object,
): TensorInfo[] | undefined {
  const backend = owner as WasmBackend;
  const { axes, partners } = attrs as RecombineWithinAttrs;
  const { images: batch } = inputs as { images: TensorInfo };
  const layout = recombinationLayout(backend, batch.shape, axes);
  if (layout === undefined) return undefined;
  const output = backend.makeOutput(batch.shape, "float32");
  withTransform(backend, layout, (transform, exports) => {
    const { amplitude, takeAmplitude } = exports;
    const { spectrumBytes } = layout;
    const count = batch.shape[0]!;
    const images = imageMoves(layout, exports, batch.shape, transform);
    const [source, target] = [batch, output].map(pointerIn(backend));
    const spectra = allocate(backend, 3 * spectrumBytes * count);
    const [re, im, lengths] = [0, 1, 2].map(
      (part) => (image: number) => spectra + (3 * image + part) * spectrumBytes,
    ) as [Place, Place, Place];
    const memory = new Uint8Array(backend.wasm.asm.memory.buffer);
    for (let image = 0; image < count; image++) {
      images.load(source!, image);
      const spectrum = transform.forward();
      memory.copyWithin(re(image), spectrum.re, spectrum.re + spectrumBytes);
      memory.copyWithin(im(image), spectrum.im, spectrum.im + spectrumBytes);
      amplitude(spectrum.re, spectrum.im, lengths(image), spectrumBytes);
    }
    for (let image = 0; image < count; image++) {
      const { input } = transform;
      const donor = lengths(partners[image]!);
      takeAmplitude(donor, re(image), im(image), input.re, input.im, spectrumBytes);
      images.store(transform.inverse(), target!, image);
    }
    backend.wasm._free(spectra);
  });
  return [output];
}

type Place = (image: number) => number;

/** Channels side by side, or, for the transform over three channels too, their sum and one complex image. */
function recombinationLayout(
  backend: WasmBackend,
  [, height, width, channels]: readonly number[],
  axes: readonly number[],
): Layout | undefined {
  const isColour = axes.length === 3;
  if ((isColour && channels !== 3) || !isForWasm(backend)) return undefined;
  const areas = isColour ? { packed: 1, complex: 1 } : { packed: channels!, complex: 0 };
  return layoutOf({ rows: height!, columns: width!, ...areas });
}

/** Images in and out of a layout that {@link recombinationLayout} made. */
function imageMoves(
  layout: Layout,
  { loadColours, loadPacked, storeColours, storePacked }: WasmExports,
  [, height, width, channels]: readonly number[],
  { input }: WasmTransform,
) {
  const { pixelRow, half, packed, complex } = layout;
  const [pixel, line] = [4 * channels!, 4 * channels! * width!];
  const scale = 1 / (height! * width!);
  return {
    load: (source: number, image: number) => {
      const from = source + image * height! * line;
      if (complex > 0) {
        const complexAt = layout.complexAt(0);
        loadColours(from, height!, width!, input.re, input.im, pixelRow, half, complexAt);
        return;
      }
      for (let channel = 0; channel < packed; channel++) {
        const at = layout.packedAt(channel);
        loadPacked(
          ...[from + 4 * channel, line, pixel, height!, width!],
          ...[input.re + at, input.im + at, pixelRow, half],
        );
      }
    },
    store: ({ re, im }: WasmPlanes, target: number, image: number) => {
      const to = target + image * height! * line;
      if (complex > 0) {
        const complexAt = layout.complexAt(0);
        storeColours(re, im, pixelRow, half, complexAt, height!, width!, to, scale / 3);
        return;
      }
      for (let channel = 0; channel < packed; channel++) {
        const at = layout.packedAt(channel);
        storePacked(
          ...[re + at, im + at, pixelRow, half, height!, width!],
          ...[to + 4 * channel, line, pixel, scale],
        );
      }
    },
  };
}
