import { show, ValueError } from "@apr-kit/contracts";
import type { Ball } from "./projectOntoBall.ts";

/** Throws a ValueError unless the norm is known and epsilon is a positive number. */
export function assertBall(where: string, { norm, epsilon }: Ball): void {
  if (norm !== "Linf" && norm !== "L2") {
    throw new ValueError(where, { expected: 'norm to be "Linf" or "L2"', actual: show(norm) });
  }
  if (epsilon > 0 && Number.isFinite(epsilon)) return;
  throw new ValueError(where, {
    expected: "epsilon to be a positive number",
    actual: show(epsilon),
  });
}

/** Throws a ValueError unless `value` is an integer of at least 1. */
export function assertPositiveInteger(where: string, name: string, value: number): void {
  if (Number.isInteger(value) && value >= 1) return;
  throw new ValueError(where, { expected: `${name} to be an integer ≥ 1`, actual: show(value) });
}
