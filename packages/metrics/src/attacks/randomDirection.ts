import type { Rng } from "@apr-kit/contracts";
import type { Norm } from "./projectOntoBall.ts";

/**
 * Draws a random direction of norm 1.
 *
 *     Linf: t / max|t|, t uniform on (-1, 1);   L2: t / ‖t‖, t standard normal
 *
 * Randomness: `length` uniform or normal draws.
 */
export function randomDirection(norm: Norm, rng: Rng, length: number): Float64Array {
  const drawn = Float64Array.from({ length }, () =>
    norm === "Linf" ? 2 * rng.uniform() - 1 : rng.normal(),
  );
  let size = 0;
  for (const value of drawn) {
    size = norm === "Linf" ? Math.max(size, Math.abs(value)) : size + value * value;
  }
  const scale = norm === "Linf" ? 1 / size : 1 / Math.sqrt(size);
  return drawn.map((value) => value * scale);
}
