import { WASM_BYTES } from "./wasmBytes.ts";

/** The functions of ../../assembly. */
interface VectorFunctions {
  resampleRows(
    ...args: [
      to: number,
      from: number,
      rowBytes: number,
      rows: number,
      table: number,
      pixels: number,
      pairs: number,
    ]
  ): void;
  resampleColumns(
    ...args: [
      to: number,
      from: number,
      rowBytes: number,
      rows: number,
      table: number,
      pairs: number,
    ]
  ): void;
}

/** The passes of a resampling, and the memory that they work in. */
export interface VectorUnit extends VectorFunctions {
  /** The memory, grown to so many bytes at least. */
  bytes(size: number): Uint8Array;
}

/** The part of the WebAssembly API in use; its types come with browsers, which this package does not assume. */
interface WebAssemblyApi {
  readonly Memory: new (size: {
    readonly initial: number;
  }) => {
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: object };
}

const PAGE_BYTES = 65536;
let opened: VectorUnit | "none" | undefined;

/** Opens the vector unit, one for each thread; undefined without WebAssembly. */
export function vectorUnit(): VectorUnit | undefined {
  opened ??= openUnit();
  return opened === "none" ? undefined : opened;
}

function openUnit(): VectorUnit | "none" {
  try {
    const { Memory, Module, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyApi })
      .WebAssembly;
    const memory = new Memory({ initial: 1 });
    const code = Uint8Array.from(atob(WASM_BYTES), (character) => character.charCodeAt(0));
    const { exports } = new Instance(new Module(code), { env: { memory } });
    const bytes = (size: number) => {
      const missing = size - memory.buffer.byteLength;
      if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
      return new Uint8Array(memory.buffer);
    };
    return { ...(exports as VectorFunctions), bytes };
  } catch {
    return "none"; // no WebAssembly, or none with vectors
  }
}
