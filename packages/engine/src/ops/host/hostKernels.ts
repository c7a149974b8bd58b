import { batchNormKernels } from "./batchNorm.ts";
import { convolutionKernels } from "./conv2d.ts";
import { elementwiseKernels } from "./elementwise.ts";
import type { HostKernel } from "./memory.ts";
import { poolKernels } from "./pool.ts";
import { softmaxCrossEntropyKernel } from "./softmaxCrossEntropy.ts";

/** Our kernels for the backends "cpu" and "wasm". */
export const hostKernels: readonly HostKernel[] = [
  ...convolutionKernels,
  ...batchNormKernels,
  ...poolKernels,
  softmaxCrossEntropyKernel,
  ...elementwiseKernels,
];
