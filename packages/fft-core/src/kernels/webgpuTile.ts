import { util } from "@tensorflow/tfjs-core";
import type { Program } from "./webgpuDevice.ts";
import { floats, shaderCode } from "./webgpuShader.ts";
import {
  halvingStep,
  mirroringStep,
  type Step,
  Table,
  type TileAxis,
  transformSteps,
} from "./webgpuSteps.ts";

/**
 * Transforms along `axes`, in this order, in one dispatch: a workgroup holds one or more whole lines, planes
 * or blocks of a tensor in its own memory.
 */
export interface Tile {
  /** Sides of the real or complex tensor, with `halved` at its full length. */
  readonly shape: readonly number[];
  readonly axes: readonly number[];
  readonly inverse: boolean;
  /** The axis whose half spectrum goes out for a real tensor, or comes in if `inverse`; -1 if all is complex. */
  readonly halved: number;
  readonly scale: number;
}

/** A tile's shader, and how many workgroups it wants. */
export interface TilePlan {
  readonly makeProgram: () => Program;
  readonly groups: number;
}

const MOST_LANES = 16; // neighbouring lines in one workgroup: enough for whole cache lines
const TURNED = `fn turned(z: vec2<f32>, w: vec2<f32>) -> vec2<f32> {
  return vec2(z.x * w.x - z.y * w.y, z.x * w.y + z.y * w.x);
}
`;
const BYTES = 16; // of two copies of a complex number

/** Whether a workgroup with `bytes` of memory can hold the tile. */
export function fits(tile: Tile, bytes: number): boolean {
  return peakOf(tile) * BYTES <= bytes;
}

/** The program of a tile that {@link fits}. */
export function planTile(tile: Tile, bytes: number): TilePlan {
  const count = util.sizeFromShape(tile.shape.filter((_, axis) => !tile.axes.includes(axis)));
  const lanes = Math.min(MOST_LANES, Math.floor(bytes / (BYTES * peakOf(tile))));
  return { makeProgram: () => tileProgram(tile, lanes), groups: Math.ceil(count / lanes) };
}

/** Sides of the tensor that goes in, and of the one that comes out. */
export function sidesOf({ shape, halved, inverse }: Tile): { input: number[]; output: number[] } {
  const half = shape.map((side, axis) => (axis === halved ? Math.floor(side / 2) + 1 : side));
  return inverse ? { input: half, output: [...shape] } : { input: [...shape], output: half };
}

/** Most elements of one line, plane or block at a time. */
function peakOf(tile: Tile): number {
  const { input } = sidesOf(tile);
  const loaded = tile.axes.reduce((product, axis) => product * input[axis]!, 1);
  return Math.max(loaded, ...listSteps(tile, 1, new Table()).map(({ size }) => size));
}

function listSteps(tile: Tile, lanes: number, table: Table): Step[] {
  const sides = sidesOf(tile).input;
  const inOrder = [...tile.axes].sort((a, b) => a - b);
  const product = (axes: number[]) => axes.reduce((total, axis) => total * sides[axis]!, 1);
  return tile.axes.flatMap((axis) => {
    const seen = (length: number): TileAxis => ({
      before: product(inOrder.filter((other) => other < axis)),
      length,
      after: product(inOrder.filter((other) => other > axis)) * lanes,
    });
    const full = seen(tile.shape[axis]!);
    const steps = transformSteps(full, table);
    if (axis !== tile.halved) return steps;
    if (tile.inverse) {
      sides[axis] = tile.shape[axis]!;
      return [mirroringStep(full), ...steps];
    }
    sides[axis] = Math.floor(tile.shape[axis]! / 2) + 1;
    return [...steps, halvingStep(full)];
  });
}

function tileProgram(tile: Tile, lanes: number): Program {
  const { halved, inverse } = tile;
  const isReal = halved >= 0;
  const table = new Table();
  const steps = listSteps(tile, lanes, table);
  const { input, output } = sidesOf(tile);
  const half = lanes * peakOf(tile);
  const [hasImIn, hasImOut] = [!isReal || inverse, !isReal || !inverse];
  const outputs = hasImOut ? ["outRe", "outIm"] : ["outRe"];
  const loaded = hasImIn ? "vec2(inRe[at], inIm[at])" : "vec2(inRe[at], 0.0)";
  const parts = inverse ? ["y", "x"] : ["x", "y"]; // between two swaps a forward transform is the inverse
  const count = (sides: number[]) =>
    lanes * tile.axes.reduce((product, axis) => product * sides[axis]!, 1);
  const perLine = tile.axes.reduce((product, axis) => product * output[axis]!, 1);
  const most = Math.max(count(input), count(output), ...steps.map((step) => step.count));
  const threads = Math.min(256, 32 * Math.ceil(most / 32));
  const loop = (total: number, body: string) =>
    `for (var i = thread; i < ${total}u; i += ${threads}u) {${body}
  }
  workgroupBarrier();`;
  const body = `_ = &table; // bound even where no step looks anything up
  let lines = arrayLength(&outRe) / ${perLine}u;
  let firstLine = group * ${lanes}u;
  ${loop(
    count(input),
    `${address(tile, input, lanes)}
    var z = vec2(0.0, 0.0);
    if (line < lines) { z = ${loaded}; }
    tile[i] = ${inverse ? "z.yx" : "z"};`,
  )}
${steps.map((step, at) => stepCode(step, at, half, loop)).join("\n")}
  ${loop(
    count(output),
    `${address(tile, output, lanes)}
    if (line < lines) {
      let z = tile[${(steps.length % 2) * half}u + i];
      ${outputs.map((name, at) => `${name}[at] = scale[0] * z.${parts[at]};`).join("\n      ")}
    }`,
  )}`;
  const code = shaderCode({
    read: (hasImIn ? ["inRe", "inIm"] : ["inRe"]).map(floats),
    written: outputs,
    hasConstants: true,
    threads,
    declarations: `var<workgroup> tile: array<vec2<f32>, ${2 * half}>;
${TURNED}`,
    body,
  });
  return { code, table: table.values() };
}

function stepCode(
  { count, body }: Step,
  at: number,
  half: number,
  loop: (total: number, body: string) => string,
): string {
  const from = (at % 2) * half;
  return `  {
    let src = ${from}u;
    let dst = ${half - from}u;
    ${loop(count, body)}
  }`;
}

/** WGSL that finds `line` and `at`, the place in a tensor of `sides`, of element `i` of the tile. */
function address({ axes }: Tile, sides: readonly number[], lanes: number): string {
  const strides = sides.map((_, axis) => util.sizeFromShape(sides.slice(axis + 1)));
  const all = sides.map((_, axis) => axis);
  const decode = (rest: string, some: number[]) =>
    [...some].reverse().map((axis, place) => {
      const isFirst = place === some.length - 1;
      const coordinate = isFirst ? rest : `(${rest} % ${sides[axis]}u)`;
      const next = isFirst ? "" : `${rest} /= ${sides[axis]}u;`;
      return `at += ${coordinate} * ${strides[axis]}u; ${next}`;
    });
  const lines = all.filter((axis) => !axes.includes(axis));
  return `
    let line = firstLine + i % ${lanes}u;
    var at = 0u;
    var within = i / ${lanes}u;
    ${decode(
      "within",
      all.filter((axis) => axes.includes(axis)),
    ).join("\n    ")}
    var outside = line;
    ${decode("outside", lines).join("\n    ")}`;
}
