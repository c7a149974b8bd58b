import { ValueError } from "@apr-kit/contracts";

/** What the readers throw; `where` is the function that the caller called. */
export function malformed(
  where: string,
  expected: string,
  actual: string,
  cause?: unknown,
): ValueError {
  return new ValueError(where, { expected, actual, ...(cause === undefined ? {} : { cause }) });
}
