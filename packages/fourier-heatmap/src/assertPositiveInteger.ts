import { show, ValueError } from "@apr-kit/contracts";

/** Throws a ValueError unless `value` is an integer of at least 1. */
export function assertPositiveInteger(where: string, name: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 1) return;
  throw new ValueError(where, { expected: `${name} to be an integer ≥ 1`, actual: show(value) });
}
