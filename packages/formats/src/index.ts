export { decodeNumbers } from "./decodeNumbers.ts";
export { npyHeader } from "./npy/npyHeader.ts";
export { MAX_NPY_HEADER_BYTES, type NpyHeader, parseNpyHeader } from "./npy/parseNpyHeader.ts";
export { readNpy } from "./npy/readNpy.ts";
export { writeNpy } from "./npy/writeNpy.ts";
export {
  elementBytes,
  type NumericArray,
  type NumericData,
  type NumericType,
} from "./numericArray.ts";
