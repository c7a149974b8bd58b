import { expect } from "@jest/globals";
import type { Tensor } from "@tensorflow/tfjs-core";

/** |actual - expected| ≤ atol + rtol · |expected|, as numpy.allclose has it. */
export interface Tolerance {
  readonly rtol?: number;
  readonly atol?: number;
}

/** What float32 kernels are held to where a test names nothing tighter. */
export const FLOAT32: Required<Tolerance> = { rtol: 1e-4, atol: 1e-5 };

/** Asserts that every element is close; the failure names the worst one and its index. */
export function expectAllClose(
  actual: Tensor | ArrayLike<number>,
  expected: Tensor | ArrayLike<number>,
  { rtol = FLOAT32.rtol, atol = FLOAT32.atol }: Tolerance = {},
): void {
  const a = values(actual);
  const e = values(expected);
  expect(a.length).toBe(e.length);
  let worst = { index: -1, excess: 0 };
  for (let i = 0; i < e.length; i++) {
    const want = e[i] as number;
    const got = a[i] as number;
    const excess = Math.abs(got - want) - (atol + rtol * Math.abs(want));
    const same = Object.is(got, want) || excess <= 0;
    if (!same && !(excess <= worst.excess)) worst = { index: i, excess };
  }
  if (worst.index >= 0) {
    const { index } = worst;
    throw new Error(
      `element ${index}: expected ${e[index]}, got ${a[index]} (rtol ${rtol}, atol ${atol})`,
    );
  }
}

function values(data: Tensor | ArrayLike<number>): ArrayLike<number> {
  return "dataSync" in data ? data.dataSync() : data;
}
