import { sizeOf } from "../fourier/transformAxes.ts";
import { wasmAxis } from "./wasmAxis.ts";
import { allocate, type WasmBackend, type WasmExports, wasmInstance } from "./wasmInstance.ts";

/** Where the values of a tensor lie; real tensors have no `im`. */
export interface WasmParts {
  readonly re: number;
  readonly im?: number;
}

/** One axis of a tensor, from `input` to `output`, which may be the same memory. */
export interface Lines {
  /** Sides of the tensor, with the axis at the length of the transform. */
  readonly shape: readonly number[];
  readonly axis: number;
  readonly inverse: boolean;
  /** Frequencies 0..⌊length/2⌋ only: as output of a forward, as input of an inverse transform. */
  readonly isHalved: boolean;
  readonly scale: number;
  readonly input: WasmParts;
  readonly output: WasmParts;
}

const ROOM = 4096; // numbers in one array of work, so that all four stay in the processor's nearest caches
const FEW = 16; // lines next to each other: below, lines are gathered from further away

/**
 * Transforms along any axis: some lines at a time are copied beside each other, transformed and copied back.
 *
 * Slower than wasmTransform.ts, which passes whole planes on from axis to axis.
 */
export function transformLines(backend: WasmBackend, lines: Lines): void {
  const { shape, axis, inverse, isHalved, scale, input, output } = lines;
  const length = shape[axis]!;
  const inner = sizeOf(shape.slice(axis + 1));
  const outer = sizeOf(shape.slice(0, axis));
  const half = Math.floor(length / 2) + 1;
  const along = wasmAxis(backend, length);
  const { copy } = wasmInstance(backend)!;
  const most = Math.max(FEW, 4 * Math.floor(ROOM / (4 * length)));
  const part = 4 * length * most;
  const start = allocate(backend, 4 * part);
  const [data, work] = [
    { re: start, im: start + part },
    { re: start + 2 * part, im: start + 3 * part },
  ] as const;
  const [sideIn, sideOut] = [
    isHalved && inverse ? half : length,
    isHalved && !inverse ? half : length,
  ];
  const missing = length - sideIn; // frequencies that are conjugates of others

  for (const block of blocksOf(outer, inner, most)) {
    const row = 4 * 4 * Math.ceil(block.lanes / 4);
    const move = mover(copy, block, inner, row);
    for (const [to, from, sign] of [
      [data.re, input.re, 1],
      [data.im, input.im, -1],
    ] as const) {
      if (from === undefined) {
        new Uint8Array(backend.wasm.asm.memory.buffer, to, length * row).fill(0);
        continue;
      }
      move.load(from, sideIn, 1, to, sideIn, 1);
      const mirrored = from + 4 * inner * missing; // row `length - k` is the conjugate of row k
      if (missing > 0) move.load(mirrored, sideIn, -1, to + row * sideIn, missing, sign);
    }
    const [from, other] = inverse ? [swapped(data), swapped(work)] : [data, work];
    const done = along(from, other, row);
    const result = inverse ? swapped(done) : done;
    move.store(result.re, output.re, sideOut, scale);
    if (output.im !== undefined) move.store(result.im, output.im, sideOut, scale);
  }
  backend.wasm._free(start);
}

/** Lines that are transformed together: `outers` blocks from `outer` on, each with `inners` lines from `first` on. */
interface Block {
  readonly outer: number;
  readonly outers: number;
  readonly first: number;
  readonly inners: number;
  readonly lanes: number;
}

function blocksOf(outer: number, inner: number, most: number): Block[] {
  const outers = inner < FEW ? Math.max(1, Math.floor(most / inner)) : 1;
  const inners = Math.min(inner, most);
  const blocks: Block[] = [];
  for (let o = 0; o < outer; o += outers) {
    for (let first = 0; first < inner; first += inners) {
      const [someOuters, someInners] = [
        Math.min(outers, outer - o),
        Math.min(inners, inner - first),
      ];
      const lanes = someOuters * someInners;
      blocks.push({ outer: o, outers: someOuters, first, inners: someInners, lanes });
    }
  }
  return blocks;
}

/** Copies between a tensor and [rows, lanes]; lanes are ordered [inners, outers]. */
function mover(
  copy: WasmExports["copy"],
  { outer, outers, first, inners }: Block,
  inner: number,
  row: number,
) {
  const isSpread = outers > 1;
  const groups = isSpread ? inners : 1;
  const lanes = isSpread ? outers : inners;
  const pixel = 4 * inner;
  /** Of a tensor with `side` rows: start of a group of lanes, and the distance between its lanes. */
  const placeOf = (group: number, side: number) =>
    [4 * (outer * side * inner + first + group), isSpread ? pixel * side : 4] as const;
  return {
    load: (
      from: number,
      side: number,
      direction: number,
      to: number,
      rows: number,
      scale: number,
    ) => {
      for (let group = 0; group < groups; group++) {
        const [at, lane] = placeOf(group, side);
        const target = to + 4 * group * lanes;
        copy(from + at, direction * pixel, lane, target, row, 4, rows, lanes, scale);
      }
    },
    store: (from: number, to: number, side: number, scale: number) => {
      for (let group = 0; group < groups; group++) {
        const [at, lane] = placeOf(group, side);
        copy(from + 4 * group * lanes, row, 4, to + at, pixel, lane, side, lanes, scale);
      }
    },
  };
}

function swapped({ re, im }: { re: number; im: number }) {
  return { re: im, im: re };
}
