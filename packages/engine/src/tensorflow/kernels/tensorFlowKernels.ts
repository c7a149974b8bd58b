import { batchNormKernels } from "./batchNorm.ts";
import { convolutionKernels } from "./conv2d.ts";
import { elementwiseKernels } from "./elementwise.ts";
import { gather } from "./gather.ts";
import type { TensorFlowKernel } from "./kernel.ts";
import { poolKernels } from "./pool.ts";
import { precisionKernels } from "./precision.ts";
import { softmaxCrossEntropyKernel } from "./softmaxCrossEntropy.ts";

/** Our kernels for the backend "tensorflow". */
export const tensorFlowKernels: readonly TensorFlowKernel[] = [
  ...convolutionKernels,
  ...batchNormKernels,
  ...poolKernels,
  softmaxCrossEntropyKernel,
  ...elementwiseKernels,
  ...precisionKernels,
  gather,
];
