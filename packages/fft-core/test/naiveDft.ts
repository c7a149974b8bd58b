/** Complex numbers of a test: plain arrays, double precision. */
export interface Numbers {
  readonly re: number[];
  readonly im: number[];
}

/**
 * The definition, as slow as it is clear: for each output, a sum over all inputs of the axes.
 *
 *     X[k] = Σ_n x[n] · exp(∓2πi·Σ_axis k·n/side)
 */
export function naiveDft(
  { re, im }: Numbers,
  shape: readonly number[],
  axes: readonly number[],
  { inverse = false } = {},
): Numbers {
  let current: Numbers = { re, im };
  for (const axis of axes) current = alongAxis(current, shape, axis, inverse ? 1 : -1);
  return current;
}

function alongAxis(x: Numbers, shape: readonly number[], axis: number, sign: number): Numbers {
  const side = shape[axis] as number;
  const inner = shape.slice(axis + 1).reduce((product, s) => product * s, 1);
  const out = { re: new Array<number>(x.re.length), im: new Array<number>(x.re.length) };
  for (let at = 0; at < x.re.length; at++) {
    const k = Math.floor(at / inner) % side;
    let re = 0;
    let im = 0;
    for (let n = 0; n < side; n++) {
      const from = at + (n - k) * inner;
      const angle = (sign * 2 * Math.PI * ((k * n) % side)) / side;
      re += (x.re[from] as number) * Math.cos(angle) - (x.im[from] as number) * Math.sin(angle);
      im += (x.re[from] as number) * Math.sin(angle) + (x.im[from] as number) * Math.cos(angle);
    }
    out.re[at] = re;
    out.im[at] = im;
  }
  return out;
}
