import { expect } from "@jest/globals";
import type { Tensor } from "@tensorflow/tfjs-core";

/** |actual - expected| ≤ atol + rtol · |expected|, as numpy.allclose has it; NaN equals NaN. */
export interface Tolerance {
  readonly rtol?: number;
  readonly atol?: number;
}

/** What float32 kernels are held to where a test names nothing tighter. */
export const FLOAT32: Required<Tolerance> = { rtol: 1e-4, atol: 1e-5 };

/**
 * Asserts that every element is close; the failure names the worst one, its index, and how many differ.
 *
 * Shapes are compared where both sides are tensors, lengths otherwise.
 */
export function expectAllClose(
  actual: Tensor | ArrayLike<number>,
  expected: Tensor | ArrayLike<number>,
  { rtol = FLOAT32.rtol, atol = FLOAT32.atol }: Tolerance = {},
): void {
  if (isTensor(actual) && isTensor(expected)) expect(actual.shape).toEqual(expected.shape);
  const a = isTensor(actual) ? actual.dataSync() : actual;
  const e = isTensor(expected) ? expected.dataSync() : expected;
  expect(a.length).toBe(e.length);

  let worst = { index: -1, excess: 0 };
  let differing = 0;
  for (let i = 0; i < e.length; i++) {
    const want = e[i] as number;
    const got = a[i] as number;
    const gap = Math.abs(got - want) - (atol + rtol * Math.abs(want));
    if (Object.is(got, want) || gap <= 0) continue;
    differing++;
    const excess = Number.isNaN(gap) ? Number.POSITIVE_INFINITY : gap; // one side is not finite
    if (excess > worst.excess) worst = { index: i, excess };
  }
  if (differing > 0) {
    const { index } = worst;
    throw new Error(
      `element ${index}: expected ${e[index]}, got ${a[index]} (rtol ${rtol}, atol ${atol}; ` +
        `${differing} of ${e.length} elements differ)`,
    );
  }
}

function isTensor(data: Tensor | ArrayLike<number>): data is Tensor {
  return "dataSync" in data;
}
