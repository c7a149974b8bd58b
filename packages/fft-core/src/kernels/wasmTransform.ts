import { type WasmPlanes, wasmAxis } from "./wasmAxis.ts";
import { allocate, type WasmBackend, type WasmExports, wasmInstance } from "./wasmInstance.ts";

/** One image as assembly/planes.ts lays it out: real ("packed") and complex areas side by side. */
export interface Areas {
  readonly rows: number;
  readonly columns: number;
  readonly packed: number;
  readonly complex: number;
}

/** Sizes and places, in bytes but for `half`, which counts columns. */
export interface Layout extends Areas {
  readonly half: number;
  readonly pixelRow: number;
  readonly spectrumRow: number;
  readonly spectrumBytes: number;
  /** Of area `index` within a row of pixels. */
  packedAt(index: number): number;
  complexAt(index: number): number;
  /** Of the spectrum of area `index` within a row of the spectrum. */
  packedSpectrumAt(index: number): number;
  complexSpectrumAt(index: number): number;
}

export function layoutOf(areas: Areas): Layout {
  const { rows, columns, packed, complex } = areas;
  const half = padded(Math.ceil(columns / 2));
  const frequencies = padded(Math.floor(rows / 2) + 1);
  const spectrumRow = 4 * (packed * frequencies + complex * padded(rows));
  return {
    ...areas,
    half,
    pixelRow: 4 * (packed * half + complex * padded(columns)),
    spectrumRow,
    spectrumBytes: columns * spectrumRow,
    packedAt: (index) => 4 * index * half,
    complexAt: (index) => 4 * (packed * half + index * padded(columns)),
    packedSpectrumAt: (index) => 4 * index * frequencies,
    complexSpectrumAt: (index) => 4 * (packed * frequencies + index * padded(rows)),
  };
}

/** Whether {@link withTransform} works on this backend: not where the engine has no SIMD. */
export function isForWasm(backend: WasmBackend): boolean {
  return wasmInstance(backend) !== undefined;
}

/** Transforms of one image at a time over rows and columns. */
export interface WasmTransform {
  /** Input of the next transform; its contents are lost in it. */
  readonly input: WasmPlanes;
  /** Pixels in `input` → their spectrum, valid until the next transform. */
  forward(): WasmPlanes;
  /** A spectrum in `input` → pixels, not scaled, valid until the next transform. */
  inverse(): WasmPlanes;
  /** Zeros in `input`, padding included. */
  clear(): void;
  free(): void;
}

/** The caller frees it. */
function createWasmTransform(backend: WasmBackend, layout: Layout): WasmTransform {
  const { rows, columns, packed, complex, half, pixelRow, spectrumRow } = layout;
  const { separate, join, transpose } = wasmInstance(backend)!;
  const alongRows = wasmAxis(backend, rows);
  const alongColumns = wasmAxis(backend, columns);
  const bytes = Math.max(rows * pixelRow, layout.spectrumBytes);
  const start = allocate(backend, 4 * bytes);
  const [input, work] = [0, 2].map((place) => ({
    re: start + place * bytes,
    im: start + (place + 1) * bytes,
  })) as [WasmPlanes, WasmPlanes];
  const other = (planes: WasmPlanes) => (planes.re === input.re ? work : input);
  const bothParts = ({ re, im }: WasmPlanes, to: WasmPlanes) =>
    [
      [re, to.re],
      [im, to.im],
    ] as const;
  /** A forward transform between two swaps of real and imaginary part is the inverse. */
  const backwards = (axis: typeof alongRows, planes: WasmPlanes, inner: number) =>
    swapped(axis(swapped(planes), swapped(other(planes)), inner));

  return {
    input,
    forward: () => {
      const rowsDone = alongRows(input, work, pixelRow);
      const to = other(rowsDone);
      for (let area = 0; area < packed; area++) {
        const from = layout.packedAt(area);
        const at = layout.packedSpectrumAt(area);
        separate(
          ...[rowsDone.re + from, rowsDone.im + from, pixelRow, half, rows, columns],
          ...[to.re + at, to.im + at, spectrumRow],
        );
      }
      for (let area = 0; area < complex; area++) {
        const from = layout.complexAt(area);
        const at = layout.complexSpectrumAt(area);
        for (const [source, target] of bothParts(rowsDone, to)) {
          transpose(source + from, pixelRow, rows, columns, target + at, spectrumRow);
        }
      }
      return alongColumns(to, rowsDone, spectrumRow);
    },
    inverse: () => {
      const columnsDone = backwards(alongColumns, input, spectrumRow);
      const to = other(columnsDone);
      for (let area = 0; area < packed; area++) {
        const from = layout.packedSpectrumAt(area);
        const at = layout.packedAt(area);
        join(
          ...[columnsDone.re + from, columnsDone.im + from, spectrumRow, half, rows, columns],
          ...[to.re + at, to.im + at, pixelRow],
        );
      }
      for (let area = 0; area < complex; area++) {
        const from = layout.complexSpectrumAt(area);
        const at = layout.complexAt(area);
        for (const [source, target] of bothParts(columnsDone, to)) {
          transpose(source + from, spectrumRow, columns, rows, target + at, pixelRow);
        }
      }
      return backwards(alongRows, to, pixelRow);
    },
    clear: () => {
      new Uint8Array(backend.wasm.asm.memory.buffer, input.re, 2 * bytes).fill(0);
    },
    free: () => backend.wasm._free(start),
  };
}

/** Lends a transform of `layout` to `work`. */
export function withTransform(
  backend: WasmBackend,
  layout: Layout,
  work: (transform: WasmTransform, exports: WasmExports) => void,
): void {
  const transform = createWasmTransform(backend, layout);
  work(transform, wasmInstance(backend)!);
  transform.free();
}

function padded(count: number): number {
  return 4 * Math.ceil(count / 4);
}

function swapped({ re, im }: WasmPlanes): WasmPlanes {
  return { re: im, im: re };
}
