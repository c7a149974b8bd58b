import { rootsOfUnity } from "../fourier/rootsOfUnity.ts";
import type { Program } from "./webgpuDevice.ts";
import { floats, shaderCode } from "./webgpuShader.ts";
import { Table } from "./webgpuSteps.ts";

/** One axis of a tensor seen as [outer, length, inner]. */
export interface LongAxis {
  readonly length: number;
  readonly inner: number;
  readonly inverse: boolean;
  /** A real tensor goes in, or out if `inverse`. */
  readonly isHalved: boolean;
}

export const LONG_AXIS_THREADS = 64;

/**
 * The definition, for lines that no workgroup's memory holds: one thread sums up one element, in pieces of 64
 * so that rounding grows with the number of pieces only.
 *
 * Cost: O(length²) for each line.
 */
export function longAxisProgram({ length, inner, inverse, isHalved }: LongAxis): Program {
  const table = new Table();
  table.place("roots", () => rootsOfUnity(length));
  const half = Math.floor(length / 2) + 1;
  const [hasImIn, hasImOut] = [!isHalved || inverse, !isHalved || !inverse];
  const [sideIn, sideOut] = isHalved
    ? inverse
      ? [half, length]
      : [length, half]
    : [length, length];
  const sign = inverse ? "-" : "";
  const mirror = isHalved && inverse;
  const body = `let i = group * ${LONG_AXIS_THREADS}u + thread;
  if (i >= arrayLength(&outRe)) { return; }
  let k = (i / ${inner}u) % ${sideOut}u;
  let line = i / ${inner * sideOut}u * ${inner * sideIn}u + i % ${inner}u;
  var total = vec2(0.0, 0.0);
  var piece = vec2(0.0, 0.0);
  var turn = 0u;
  for (var j = 0u; j < ${length}u; j++) {
    let w = vec2(table[turn].x, ${sign}table[turn].y);
    ${mirror ? `let isMirrored = j >= ${half}u;` : ""}
    let at = line + ${mirror ? `select(j, ${length}u - j, isMirrored)` : "j"} * ${inner}u;
    let z = vec2(inRe[at], ${hasImIn ? (mirror ? "select(inIm[at], -inIm[at], isMirrored)" : "inIm[at]") : "0.0"});
    piece += vec2(z.x * w.x - z.y * w.y, z.x * w.y + z.y * w.x);
    if (j % 64u == 63u) { total += piece; piece = vec2(0.0, 0.0); }
    turn = (turn + k) % ${length}u;
  }
  total = (total + piece) * scale[0];
  outRe[i] = total.x;
  ${hasImOut ? "outIm[i] = total.y;" : ""}`;
  const code = shaderCode({
    read: (hasImIn ? ["inRe", "inIm"] : ["inRe"]).map(floats),
    written: hasImOut ? ["outRe", "outIm"] : ["outRe"],
    hasConstants: true,
    threads: LONG_AXIS_THREADS,
    body,
  });
  return { code, table: table.values() };
}
