import { ValueError } from "@apr-kit/contracts";

/** What every part of the reader of PyTorch checkpoints throws. */
export function malformed(expected: string, actual: string, cause?: unknown): ValueError {
  return new ValueError("readPth", {
    expected,
    actual,
    ...(cause === undefined ? {} : { cause }),
  });
}
