import { factorize } from "../fourier/mixedRadix.ts";
import { rootsOfUnity } from "../fourier/rootsOfUnity.ts";
import { allocate, type WasmBackend, wasmInstance } from "./wasmInstance.ts";

/** Two arrays of float32 in the backend's memory. */
export interface WasmPlanes {
  readonly re: number;
  readonly im: number;
}

/** Transforms [length, inner] along `length`; overwrites both and returns the one with the result. */
export type WasmAxis = (input: WasmPlanes, work: WasmPlanes, innerBytes: number) => WasmPlanes;

const LARGEST_PRIME = 31; // as in axisTransform: beyond it, Bluestein's transform is cheaper

/** Whether {@link wasmAxis} takes this length. */
export function isWasmLength(length: number): boolean {
  return factorize(length).every((factor) => factor <= LARGEST_PRIME);
}

const plans = new WeakMap<WasmBackend, Map<number, WasmAxis>>();

/** The unscaled forward transform of one length; its tables stay in the backend's memory. */
export function wasmAxis(backend: WasmBackend, length: number): WasmAxis {
  const perLength = plans.get(backend) ?? new Map<number, WasmAxis>();
  plans.set(backend, perLength);
  const known = perLength.get(length);
  if (known !== undefined) return known;
  const plan = planAxis(backend, length);
  perLength.set(length, plan);
  return plan;
}

function planAxis(backend: WasmBackend, length: number): WasmAxis {
  const { passOfTwo, passOfFour, passOfOdd } = wasmInstance(backend)!;
  let rest = length;
  const passes = factorize(length).map((radix) => {
    const pass = {
      radix,
      m: rest / radix,
      twiddles: upload(backend, rest),
      roots: upload(backend, radix),
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

/** exp(-2πi·k/n) as pairs of float32. */
function upload(backend: WasmBackend, n: number): number {
  const { re, im } = rootsOfUnity(n);
  const pointer = allocate(backend, 8 * n);
  const table = new Float32Array(backend.wasm.asm.memory.buffer, pointer, 2 * n);
  for (let k = 0; k < n; k++) table.set([re[k]!, im[k]!], 2 * k);
  return pointer;
}
