import { WASM_BYTES } from "./wasmBytes.ts";

/** The functions of ../../assembly; addresses and `bytes` count bytes. */
interface VectorFunctions {
  scale(to: number, a: number, weight: number, bytes: number): void;
  add(to: number, a: number, b: number, bytes: number): void;
  mix(to: number, a: number, p: number, b: number, q: number, bytes: number): void;
  addScaled(to: number, a: number, weight: number, bytes: number): void;
  addPair(to: number, a: number, b: number, weight: number, bytes: number): void;
  addColumns(sums: number, row: number, taps: number, count: number): void;
}

/** The part of the WebAssembly API in use; its types come with browsers, which this package does not assume. */
interface WebAssemblyApi {
  readonly Memory: new (size: { readonly initial: number }) => VectorMemory;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: object };
}

interface VectorMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** A piece of the vector unit's memory. */
export interface Region {
  /** Address of its first number. */
  readonly at: number;
  readonly values: Float64Array;
}

/** Sums over rows of float64 in memory of their own. */
export interface VectorUnit extends VectorFunctions {
  /**
   * Lends pieces of the memory, of so many numbers each and not cleared, until the next call.
   *
   * Convention: one number behind each may be overwritten.
   */
  lend<TLengths extends readonly number[]>(
    ...lengths: TLengths
  ): { readonly [K in keyof TLengths]: Region };
}

const PAGE_BYTES = 65536;
let unit: VectorUnit | undefined;

/** Opens the vector unit; there is one, and nobody keeps what it lent. */
export function vectorUnit(): VectorUnit {
  unit ??= openUnit();
  return unit;
}

function openUnit(): VectorUnit {
  const { Memory, Module, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyApi })
    .WebAssembly;
  const memory = new Memory({ initial: 16 });
  const bytes = Uint8Array.from(atob(WASM_BYTES), (character) => character.charCodeAt(0));
  const { exports } = new Instance(new Module(bytes), { env: { memory } });
  const functions = exports as VectorFunctions;
  return {
    ...functions,
    lend(...lengths) {
      let end = 0;
      const places = lengths.map((length) => {
        const at = end;
        end += 16 * Math.ceil((length + 2) / 2); // whole vectors, and one behind
        return { at, length };
      });
      const missing = end - memory.buffer.byteLength;
      if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
      const regions = places.map(({ at, length }) => ({
        at,
        values: new Float64Array(memory.buffer, at, length),
      }));
      return regions as { [K in keyof typeof lengths]: Region };
    },
  };
}
