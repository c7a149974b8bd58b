import { show } from "@apr-kit/contracts";
import { malformed } from "./malformed.ts";
import type { TakesState } from "./unpickle.ts";

/** The type of a NumPy scalar, such as the best accuracy that training scripts store. */
export class NumpyDtype implements TakesState {
  constructor(readonly code: unknown) {}

  /** Byte order and alignment, of which little-endian is the only one in use. */
  setState(state: unknown): void {
    const order = Array.isArray(state) ? state[1] : undefined;
    if (order === ">") throw malformed("NumPy scalars in little-endian order", "big-endian ones");
  }
}

const readers: Readonly<Record<string, (view: DataView) => number | bigint | boolean>> = {
  f8: (view) => view.getFloat64(0, true),
  f4: (view) => view.getFloat32(0, true),
  i8: (view) => view.getBigInt64(0, true),
  i4: (view) => view.getInt32(0, true),
  b1: (view) => view.getUint8(0) !== 0,
};

/** Reads numpy.core.multiarray.scalar(dtype, bytes). */
export function numpyScalar([dtype, bytes]: readonly unknown[]): number | bigint | boolean {
  const code = dtype instanceof NumpyDtype ? dtype.code : undefined;
  const read = typeof code === "string" && Object.hasOwn(readers, code) ? readers[code] : undefined;
  const size = Number(String(code).slice(1));
  if (read === undefined || !(bytes instanceof Uint8Array) || bytes.length !== size) {
    throw malformed("a NumPy scalar of float or integer type", `${show(code)} of ${show(bytes)}`);
  }
  return read(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}
