import { show } from "@apr-kit/contracts";
import { decodeNumbers } from "../decodeNumbers.ts";
import { malformed } from "../malformed.ts";
import { elementBytes, type NumericArray, type NumericType, typesByCode } from "../numericArray.ts";
import { toRowMajor } from "../toRowMajor.ts";
import type { TakesState } from "./unpickle.ts";

/** numpy.dtype: the element type of a scalar or an array. */
export class NumpyDtype implements TakesState {
  isBigEndian = false;

  constructor(
    readonly code: unknown,
    readonly where: string,
  ) {}

  /** (version, byte order, ...). */
  setState(state: unknown): void {
    this.isBigEndian = Array.isArray(state) && state[1] === ">";
  }

  /** The type, if it is one of numbers. */
  get type(): NumericType {
    const { code, where } = this;
    const type =
      typeof code === "string" && Object.hasOwn(typesByCode, code) ? typesByCode[code] : undefined;
    if (type === undefined) {
      throw malformed(where, "a NumPy scalar or array of booleans, integers or floats", show(code));
    }
    return type;
  }
}

/** numpy.ndarray, empty until its state is set. */
export class NumpyArray implements TakesState {
  #array: NumericArray | undefined;

  constructor(readonly where: string) {}

  /** (version, shape, dtype, is in Fortran order, bytes). */
  setState(state: unknown): void {
    const [, shape, dtype, isFortran, stored] = Array.isArray(state) ? state : [];
    const bytes = typeof stored === "string" ? latin1Bytes(stored, this.where) : stored;
    this.#array = numpyArray(this.where, { shape, dtype, isFortran: isFortran === true, bytes });
  }

  get array(): NumericArray {
    if (this.#array === undefined) {
      throw malformed(this.where, "a NumPy array with its elements", "one without");
    }
    return this.#array;
  }
}

/** Reads numpy.core.multiarray.scalar(dtype, bytes). */
export function numpyScalar(
  where: string,
  [dtype, bytes]: readonly unknown[],
): number | bigint | boolean {
  if (!(dtype instanceof NumpyDtype)) {
    throw malformed(where, "a NumPy scalar of a type", `one of ${show(dtype)}`);
  }
  const { data } = numpyArray(where, { shape: [], dtype, isFortran: false, bytes });
  const value = data[0] as number | bigint;
  return dtype.type === "bool" ? value !== 0 : value;
}

interface ArrayParts {
  readonly shape: unknown;
  readonly dtype: unknown;
  readonly isFortran: boolean;
  readonly bytes: unknown;
}

/** An array from what a pickle says of it; the bytes must be exactly those of the shape. */
export function numpyArray(
  where: string,
  { shape, dtype, isFortran, bytes }: ArrayParts,
): NumericArray {
  const type = dtype instanceof NumpyDtype ? dtype.type : undefined;
  const isShape =
    Array.isArray(shape) &&
    shape.length <= MAX_RANK &&
    shape.every((side) => Number.isSafeInteger(side) && side >= 0);
  if (!isShape || type === undefined || !(bytes instanceof Uint8Array)) {
    throw malformed(
      where,
      "a NumPy array of a shape, a type and bytes",
      `${show(shape)}, ${type ?? show(dtype)} and ${show(bytes)}`,
    );
  }
  const size = shape.reduce((product: number, side: number) => product * side, 1);
  if (size * elementBytes[type] !== bytes.length) {
    throw malformed(
      where,
      `${size * elementBytes[type]} bytes for a NumPy ${type} array of shape [${shape.join(", ")}]`,
      `${bytes.length}`,
    );
  }
  const data = decodeNumbers(bytes, type, (dtype as NumpyDtype).isBigEndian);
  return { type, shape: [...shape], data: isFortran ? toRowMajor(data, shape) : data };
}

const MAX_RANK = 64; // NumPy's own

/** How protocol 2 spells bytes: each as the character of its number. */
export function latin1Bytes(text: string, where: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < bytes.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 255) throw malformed(where, "bytes spelled in latin1", `the character ${code}`);
    bytes[i] = code;
  }
  return bytes;
}
