import { ValueError } from "@apr-kit/contracts";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import { Kernel } from "../kernels.ts";
import { allocate, type HostBackend, type HostKernel, views } from "./memory.ts";

/** Losses and, beside them, their gradient with respect to the logits: softmax minus target. */
export const softmaxCrossEntropyKernel: HostKernel = {
  kernelName: Kernel.softmaxCrossEntropy,
  kernelFunc: (args) => {
    const backend = args.backend as HostBackend;
    const { logits, labels } = args.inputs as Record<"logits" | "labels", TensorInfo>;
    const { labelSmoothing } = args.attrs as { labelSmoothing: number };
    const [batch, classes] = logits.shape as [number, number];
    const losses = allocate(backend, [batch]);
    const gradient = allocate(backend, [batch, classes]);
    const [scores, indices, sums, slopes] = views(backend, logits, labels, losses, gradient);
    const spread = labelSmoothing / classes;
    for (let b = 0; b < batch; b++) {
      const label = indices[b]!;
      if (!(label >= 0 && label < classes)) {
        throw new ValueError("softmaxCrossEntropy", {
          expected: `labels in [0, ${classes})`,
          actual: `${label} at ${b}`,
        });
      }
      const row = scores.subarray(b * classes, (b + 1) * classes);
      const largest = row.reduce((a, value) => Math.max(a, value), Number.NEGATIVE_INFINITY);
      const total = row.reduce((sum, value) => sum + Math.exp(value - largest), 0);
      let loss = 0;
      row.forEach((value, k) => {
        const target = spread + (k === label ? 1 - labelSmoothing : 0);
        const logProbability = value - largest - Math.log(total);
        if (target > 0) loss -= target * logProbability;
        slopes[b * classes + k] = Math.exp(logProbability) - target;
      });
      sums[b] = loss;
    }
    return [losses, gradient];
  },
};
