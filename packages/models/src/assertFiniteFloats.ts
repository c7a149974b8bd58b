import { show, ValueError } from "@apr-kit/contracts";
import type { HostTensors } from "./safetensors/hostTensor.ts";

/** Throws unless every tensor is of a float dtype and holds finite values. */
export function assertFiniteFloats(where: string, tensors: HostTensors): void {
  for (const [name, { dtype, values }] of tensors) {
    if (!(values instanceof Float32Array)) {
      throw new ValueError(where, { expected: `${name} of a float dtype`, actual: dtype });
    }
    const index = values.findIndex((value) => !Number.isFinite(value));
    if (index < 0) continue;
    throw new ValueError(where, {
      expected: `${name} to hold finite values`,
      actual: `${show(values[index])} at element ${index}`,
    });
  }
}
