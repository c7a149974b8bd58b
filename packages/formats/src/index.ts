export { decodeNumbers } from "./decodeNumbers.ts";
export { readIdx } from "./idx/readIdx.ts";
export type { ByteSource } from "./mat/byteReader.ts";
export { type MatFile, type ReadMatOptions, readMat } from "./mat/readMat.ts";
export type { MatArray } from "./mat/readMatrix.ts";
export { npyHeader } from "./npy/npyHeader.ts";
export { MAX_NPY_HEADER_BYTES, type NpyHeader, parseNpyHeader } from "./npy/parseNpyHeader.ts";
export { readNpy } from "./npy/readNpy.ts";
export { type ReadNpzOptions, readNpz } from "./npy/readNpz.ts";
export { writeNpy } from "./npy/writeNpy.ts";
export {
  elementBytes,
  type NumericArray,
  type NumericData,
  type NumericType,
} from "./numericArray.ts";
export type { PickledStrings } from "./pickle/pickleMachine.ts";
export { plainGlobals } from "./pickle/plainGlobals.ts";
export { type PickledDict, type ReadPickleOptions, readPickle } from "./pickle/readPickle.ts";
export { PickleGlobal, type UnpickleOptions, unpickle } from "./pickle/unpickle.ts";
export { toRowMajor } from "./toRowMajor.ts";
export { type UnzipOptions, unzipEntries } from "./zip/unzipEntries.ts";
