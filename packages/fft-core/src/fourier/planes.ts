/** Complex numbers as two arrays of equal length, in double precision. */
export interface Planes {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

export function createPlanes(length: number): Planes {
  return { re: new Float64Array(length), im: new Float64Array(length) };
}

/** i · conj(x): a forward transform between two swaps is the unscaled inverse transform. */
export function swapped({ re, im }: Planes): Planes {
  return { re: im, im: re };
}
