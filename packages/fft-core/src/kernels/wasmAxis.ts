import { factorize, isSmooth } from "../fourier/mixedRadix.ts";
import type { Planes } from "../fourier/planes.ts";
import { rootsOfUnity } from "../fourier/rootsOfUnity.ts";
import { wasmBluestein } from "./wasmBluestein.ts";
import { allocate, type WasmBackend, wasmInstance } from "./wasmInstance.ts";

/** Two arrays of float32 in the backend's memory. */
export interface WasmPlanes {
  readonly re: number;
  readonly im: number;
}

/** Transforms [length, inner] along `length`; overwrites both and returns the one with the result. */
export type WasmAxis = (input: WasmPlanes, work: WasmPlanes, innerBytes: number) => WasmPlanes;

const plans = new WeakMap<WasmBackend, Map<number, WasmAxis>>();

/** The unscaled forward transform of one length; its tables stay in the backend's memory. */
export function wasmAxis(backend: WasmBackend, length: number): WasmAxis {
  const perLength = plans.get(backend) ?? new Map<number, WasmAxis>();
  plans.set(backend, perLength);
  const known = perLength.get(length);
  if (known !== undefined) return known;
  const plan = isSmooth(length) ? planPasses(backend, length) : wasmBluestein(backend, length);
  perLength.set(length, plan);
  return plan;
}

/** By the factors of `length`. */
export function planPasses(backend: WasmBackend, length: number): WasmAxis {
  const { passOfTwo, passOfFour, passOfOdd } = wasmInstance(backend)!;
  let rest = length;
  const passes = factorize(length).map((radix) => {
    const pass = {
      radix,
      m: rest / radix,
      twiddles: uploadTable(backend, rootsOfUnity(rest)),
      roots: uploadTable(backend, rootsOfUnity(radix)),
    };
    rest /= radix;
    return pass;
  });
  return (input, work, innerBytes) => {
    let [from, to] = [input, work];
    let s = innerBytes;
    for (const { radix, m, twiddles, roots } of passes) {
      if (radix === 2) passOfTwo(from.re, from.im, to.re, to.im, m, s, twiddles);
      else if (radix === 4) passOfFour(from.re, from.im, to.re, to.im, m, s, twiddles);
      else passOfOdd(from.re, from.im, to.re, to.im, m, s, twiddles, radix, roots);
      [from, to] = [to, from];
      s *= radix;
    }
    return from;
  };
}

/** Numbers as pairs of float32, which stay in the backend's memory. */
export function uploadTable(backend: WasmBackend, { re, im }: Planes): number {
  const pointer = allocate(backend, 8 * re.length);
  const table = new Float32Array(backend.wasm.asm.memory.buffer, pointer, 2 * re.length);
  for (const [k, value] of re.entries()) table.set([value, im[k]!], 2 * k);
  return pointer;
}
