import { show, ValueError } from "@apr-kit/contracts";

/**
 * Where the factor 1/n goes, n being the product of the transformed sides, as in NumPy:
 * "backward" on the inverse, "forward" on the forward transform, "ortho" 1/√n on both.
 */
export type FftNorm = "backward" | "ortho" | "forward";

export interface FftOptions {
  /** Default "backward". */
  readonly norm?: FftNorm;
}

/** The factor of one direction for `count` transformed elements. */
export function scaleOf(
  where: string,
  norm: FftNorm,
  direction: "forward" | "inverse",
  count: number,
): number {
  if (norm === "ortho") return 1 / Math.sqrt(count);
  if (norm === "backward") return direction === "inverse" ? 1 / count : 1;
  if (norm === "forward") return direction === "forward" ? 1 / count : 1;
  throw new ValueError(where, {
    expected: 'norm to be "backward", "ortho" or "forward"',
    actual: show(norm),
  });
}
