import { ValueError } from "@apr-kit/contracts";
import type { Normalization } from "./asPredict.ts";
import type { HostTensors } from "./safetensors/hostTensor.ts";

/** A normalisation that lies in a state dict as buffers of three numbers. */
export interface ForeignNormalization {
  readonly normalization: Normalization;
  /** The names of both buffers. */
  readonly names: readonly string[];
}

/** How sources call mean and standard deviation: RobustBench's networks, and its ImageNormalizer. */
const BUFFERS = [
  { mean: /(^|\.)mu$/, std: /(^|\.)sigma$/ },
  { mean: /(^|\.)normali[sz]\w*\.mean$/, std: /(^|\.)normali[sz]\w*\.std$/ },
] as const;

/**
 * Finds the normalisation that a checkpoint carries in front of its network.
 *
 * @returns undefined if it carries none
 *
 * @throws {ValueError} if its numbers are no mean and standard deviation of three channels
 */
export function findNormalization(tensors: HostTensors): ForeignNormalization | undefined {
  for (const buffers of BUFFERS) {
    const mean = [...tensors.keys()].find((name) => buffers.mean.test(name));
    const std = [...tensors.keys()].find((name) => buffers.std.test(name));
    if (mean === undefined || std === undefined) continue;
    const normalization = { mean: numbersOf(tensors, mean), std: numbersOf(tensors, std) };
    if (normalization.std.every((value) => value > 0)) return { normalization, names: [mean, std] };
    throw new ValueError("matchStateDict", {
      expected: `${std} of positive numbers`,
      actual: normalization.std.join(", "),
    });
  }
  return undefined;
}

/** As the decimal fractions that float32 was made from: 0.4914, not 0.4914000034332275. */
function numbersOf(tensors: HostTensors, name: string): number[] {
  const values = Array.from(tensors.get(name)?.values ?? [], Number);
  if (values.length === 3 && values.every(Number.isFinite)) {
    return values.map((value) => Number(value.toPrecision(7)));
  }
  throw new ValueError("matchStateDict", {
    expected: `${name} of three finite numbers`,
    actual: values.length === 3 ? values.join(", ") : `${values.length}`,
  });
}
