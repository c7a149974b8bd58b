import type { NumericData } from "./numericArray.ts";

/**
 * Copies an array from column-major (Fortran, MATLAB) to row-major (C) order.
 *
 *     out[((i0 · n1) + i1) · n2 + i2 ...] = data[i0 + n0 · (i1 + n1 · (i2 ...))]
 *
 * @param data as many elements as `shape` says
 */
export function toRowMajor<TData extends NumericData>(
  data: TData,
  shape: readonly number[],
): TData {
  const out = data.slice() as TData;
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((a, b) => a * b, 1));
  const index = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < out.length; to++) {
    out[to] = data[from] as never;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const side = shape[axis] as number;
      const stride = strides[axis] as number;
      index[axis] = (index[axis] as number) + 1;
      from += stride;
      if ((index[axis] as number) < side) break;
      from -= side * stride;
      index[axis] = 0;
    }
  }
  return out;
}
