import { WASM_BYTES } from "./wasmBytes.ts";

/** Philox in WebAssembly, four blocks at once. */
export interface PhiloxUnit {
  /** Most blocks of one call. */
  readonly capacity: number;
  /** Where `fill` writes. */
  readonly words: Uint32Array;
  /** Writes the blocks of the counters (c0 + i, c1, c2, c3); `blocks` is a multiple of 4. */
  fill(
    address: 0,
    blocks: number,
    c0: number,
    c1: number,
    c2: number,
    c3: number,
    k0: number,
    k1: number,
  ): void;
}

/** The part of the WebAssembly API in use; its types come with browsers, which this package does not assume. */
interface WebAssemblyApi {
  validate(bytes: Uint8Array): boolean;
  readonly Memory: new (size: { readonly initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: object };
}

let unit: PhiloxUnit | undefined;
let isOpened = false;

/** The unit, opened on first use; undefined where there is no WebAssembly with SIMD. */
export function philoxUnit(): PhiloxUnit | undefined {
  if (!isOpened) {
    unit = openUnit();
    isOpened = true;
  }
  return unit;
}

function openUnit(): PhiloxUnit | undefined {
  const { WebAssembly: api } = globalThis as unknown as { WebAssembly?: WebAssemblyApi };
  const bytes = Uint8Array.from(atob(WASM_BYTES), (character) => character.charCodeAt(0));
  if (api?.validate(bytes) !== true) return undefined;
  const memory = new api.Memory({ initial: 1 });
  const instance = new api.Instance(new api.Module(bytes), { env: { memory } });
  const { fill } = instance.exports as Pick<PhiloxUnit, "fill">;
  const words = new Uint32Array(memory.buffer);
  return { capacity: words.length / 4, words, fill };
}
