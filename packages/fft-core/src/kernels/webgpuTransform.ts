import { type TensorInfo, util } from "@tensorflow/tfjs-core";
import { dispatch, makeOutput, type WebGpuBackend } from "./webgpuDevice.ts";
import { LONG_AXIS_THREADS, longAxisProgram } from "./webgpuLongAxis.ts";
import { fits, planTile, sidesOf, type Tile } from "./webgpuTile.ts";

/** A tensor as its parts: one if real, two if complex. */
export type Parts = readonly TensorInfo[];

/**
 * Runs a transform of any size in as few tiles as the memory of workgroups allows: one where whole planes fit.
 *
 * @param input one part if a real tensor goes in, else two; they stay
 * @returns one part if a real tensor comes out, else two
 */
export function transformOnDevice(backend: WebGpuBackend, input: Parts, whole: Tile): Parts {
  const bytes = backend.device.limits.maxComputeWorkgroupStorageSize;
  let current = input;
  for (const tile of cut(whole, bytes)) {
    const next = runTile(backend, current, tile, bytes);
    if (current !== input) dispose(backend, current);
    current = next;
  }
  return current;
}

export function dispose(backend: WebGpuBackend, parts: Parts): void {
  for (const { dataId } of parts) backend.disposeData(dataId);
}

/** Cuts the axes, in their order, into as few tiles as fit; a single axis that does not is one too. */
function cut(whole: Tile, bytes: number): Tile[] {
  const tiles: Tile[] = [];
  let sides = sidesOf(whole).input;
  let rest = whole.axes;
  while (rest.length > 0) {
    const candidates = rest.map((_, left) =>
      partOf(whole, sides, rest.slice(0, rest.length - left)),
    );
    const tile = candidates.find((candidate) => fits(candidate, bytes)) ?? candidates.at(-1)!;
    tiles.push(tile);
    sides = sidesOf(tile).output;
    rest = rest.slice(tile.axes.length);
  }
  return tiles;
}

/** The tile of some axes of `whole`, where a tensor of `sides` has come so far; the last one scales. */
function partOf(whole: Tile, sides: readonly number[], axes: readonly number[]): Tile {
  const halved = axes.includes(whole.halved) ? whole.halved : -1;
  return {
    ...whole,
    shape: sides.map((side, axis) => (axis === halved ? whole.shape[axis]! : side)),
    axes,
    halved,
    scale: axes.at(-1) === whole.axes.at(-1) ? whole.scale : 1,
  };
}

function runTile(backend: WebGpuBackend, input: Parts, tile: Tile, bytes: number): Parts {
  const { axes, shape, halved, inverse, scale } = tile;
  const sides = sidesOf(tile).output;
  const count = inverse && halved >= 0 ? 1 : 2;
  const output = Array.from({ length: count }, () => makeOutput(backend, sides));
  const tensors = [...input, ...output];
  if (!fits(tile, bytes)) {
    runLongAxis(backend, tensors, tile);
    return output;
  }
  const { makeProgram, groups } = planTile(tile, bytes);
  const sameForEveryBatch = axes.includes(0) ? shape : shape.slice(1);
  const key = JSON.stringify({ axes, halved, inverse, shape: sameForEveryBatch });
  dispatch(backend, { key, makeProgram, tensors, groups, scale });
  return output;
}

function runLongAxis(backend: WebGpuBackend, tensors: Parts, tile: Tile): void {
  const { axes, shape, halved, inverse, scale } = tile;
  const axis = axes[0]!;
  const inner = util.sizeFromShape(shape.slice(axis + 1));
  const long = { length: shape[axis]!, inner, inverse, isHalved: halved >= 0 };
  const groups = Math.ceil(util.sizeFromShape(sidesOf(tile).output) / LONG_AXIS_THREADS);
  const makeProgram = () => longAxisProgram(long);
  dispatch(backend, { key: JSON.stringify(long), makeProgram, tensors, groups, scale });
}
