import type { TensorInfo } from "@tensorflow/tfjs-core";
import { WASM_BYTES } from "./wasmBytes.ts";

/** What assembly/ exports; pointers are offsets in the backend's memory. */
export type SimdModule = Readonly<
  Record<
    | "channelSums"
    | "centredProducts"
    | "normalise"
    | "mix"
    | "reluGradient"
    | "maxPool"
    | "maxPoolGradient"
    | "filterGradient",
    (...numbers: number[]) => void
  >
>;

/** What the kernels use of tfjs's wasm backend. */
export interface WasmBackend {
  readonly dataIdMap: { get(dataId: object): { readonly memoryOffset: number } };
  readonly wasm: { readonly asm: { readonly memory: { readonly buffer: ArrayBuffer } } };
  makeOutput(shape: readonly number[], dtype: "float32"): TensorInfo;
  disposeData(dataId: object): void;
  typedArrayFromHeap(info: TensorInfo): Float32Array;
}

/** The part of the WebAssembly API in use; its types come with browsers, which this package does not assume. */
interface WebAssemblyApi {
  validate(bytes: Uint8Array): boolean;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: object };
}

const modules = new WeakMap<WasmBackend, SimdModule | undefined>();

/** Our module on the memory of a backend; undefined where the processor or the engine has no SIMD. */
export function simdModule(backend: WasmBackend): SimdModule | undefined {
  if (!modules.has(backend)) modules.set(backend, instantiate(backend));
  return modules.get(backend);
}

function instantiate({ wasm }: WasmBackend): SimdModule | undefined {
  const bytes = Uint8Array.from(atob(WASM_BYTES), (character) => character.charCodeAt(0));
  const { validate, Module, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyApi })
    .WebAssembly;
  if (!validate(bytes)) return undefined;
  const { memory } = wasm.asm;
  return new Instance(new Module(bytes), { env: { memory } }).exports as SimdModule;
}

/** Where a tensor's values begin; a tensor of another backend moves here first. */
export function pointerIn(backend: WasmBackend): (info: TensorInfo) => number {
  return ({ dataId }) => backend.dataIdMap.get(dataId).memoryOffset;
}
