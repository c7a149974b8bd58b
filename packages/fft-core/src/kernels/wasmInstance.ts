import type { DataType, TensorInfo } from "@tensorflow/tfjs-core";
import { WASM_BYTES } from "./wasmBytes.ts";

/** What assembly/ exports. Pointers and strides count bytes. */
export interface WasmExports {
  readonly passOfTwo: WasmFunction;
  readonly passOfFour: WasmFunction;
  readonly passOfOdd: WasmFunction;
  readonly turnRows: WasmFunction;
  readonly loadPacked: WasmFunction;
  readonly storePacked: WasmFunction;
  readonly loadColours: WasmFunction;
  readonly storeColours: WasmFunction;
  readonly copy: WasmFunction;
  readonly separate: WasmFunction;
  readonly join: WasmFunction;
  readonly transpose: WasmFunction;
  readonly amplitude: WasmFunction;
  readonly takeAmplitude: WasmFunction;
}

type WasmFunction = (...numbers: number[]) => void;

/** The part of the WebAssembly API in use; its types come with browsers, which this package does not assume. */
interface WebAssemblyApi {
  validate(bytes: Uint8Array): boolean;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: object };
}

/** What the kernels use of tfjs's wasm backend. */
export interface WasmBackend {
  readonly dataIdMap: { get(dataId: object): { readonly memoryOffset: number } };
  readonly wasm: {
    readonly asm: { readonly memory: { readonly buffer: ArrayBuffer } };
    _malloc(bytes: number): number;
    _free(pointer: number): void;
  };
  makeOutput(shape: number[], dtype: DataType): TensorInfo;
  disposeData(dataId: object): void;
  typedArrayFromHeap(info: TensorInfo): Float32Array;
}

const instances = new WeakMap<WasmBackend, WasmExports | undefined>();

/** Our module on the memory of a backend; undefined where the engine has no SIMD. */
export function wasmInstance(backend: WasmBackend): WasmExports | undefined {
  if (!instances.has(backend)) instances.set(backend, instantiate(backend));
  return instances.get(backend);
}

function instantiate(backend: WasmBackend): WasmExports | undefined {
  const bytes = Uint8Array.from(atob(WASM_BYTES), (character) => character.charCodeAt(0));
  const { validate, Module, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyApi })
    .WebAssembly;
  if (!validate(bytes)) return undefined;
  const { memory } = backend.wasm.asm;
  return new Instance(new Module(bytes), { env: { memory } }).exports as WasmExports;
}

/** Memory of the backend, which the caller frees. May move views of all other memory. */
export function allocate(backend: WasmBackend, bytes: number): number {
  const pointer = backend.wasm._malloc(bytes);
  if (pointer === 0) throw new RangeError(`fft-core: wasm has no ${bytes} bytes left`);
  return pointer;
}

/** Where a tensor's values begin. */
export function pointerIn(backend: WasmBackend): (info: TensorInfo) => number {
  return ({ dataId }) => backend.dataIdMap.get(dataId).memoryOffset;
}
