import type { Norm } from "./projectOntoBall.ts";

/**
 * Adds the step of a given length that raises a linear function most, in place.
 *
 *     Linf: point += stepSize · sign(gradient),   sign(0) = 0
 *     L2:   point += stepSize · gradient / ‖gradient‖,   nothing where the gradient is zero
 */
export function ascend(
  point: Float32Array,
  gradient: Float32Array,
  { norm, stepSize }: { readonly norm: Norm; readonly stepSize: number },
): void {
  if (norm === "Linf") {
    for (let p = 0; p < point.length; p++) {
      point[p] = (point[p] as number) + stepSize * Math.sign(gradient[p] as number);
    }
    return;
  }
  let squares = 0;
  for (const slope of gradient) squares += slope * slope;
  const scale = squares === 0 ? 0 : stepSize / Math.sqrt(squares);
  for (let p = 0; p < point.length; p++) {
    point[p] = (point[p] as number) + scale * (gradient[p] as number);
  }
}
