import * as tf from "@tensorflow/tfjs-core";
import type { HostKernel } from "../ops/host/memory.ts";

interface CountingBackend {
  incRef(dataId: object): void;
}

/** A further reference to the same values; the stock kernel copies them, and each tensor saved for a gradient is a clone. */
export const identity: HostKernel = {
  kernelName: tf.Identity,
  kernelFunc: ({ inputs, backend }) => {
    const { dataId, shape, dtype } = inputs.x!;
    (backend as CountingBackend).incRef(dataId);
    return { dataId, shape, dtype };
  },
};
