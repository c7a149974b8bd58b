import type { KernelConfig } from "@tensorflow/tfjs-core";
import { conv2dBackpropFilter } from "./conv2dBackpropFilter.ts";
import { conv2dBackpropInput } from "./conv2dBackpropInput.ts";
import { identity } from "./identity.ts";
import { simdBatchNormKernels } from "./simdBatchNorm.ts";
import { simdReluGradient } from "./simdElementwise.ts";
import { simdMaxPoolKernels } from "./simdMaxPool.ts";
import { unsortedSegmentSum } from "./unsortedSegmentSum.ts";

/** Kernels, stock ones and ours, that the wasm backend lacks, or that are faster so. */
export const wasmKernels: readonly Omit<KernelConfig, "backendName">[] = [
  conv2dBackpropFilter,
  conv2dBackpropInput,
  identity,
  unsortedSegmentSum,
  ...simdBatchNormKernels,
  simdReluGradient,
  ...simdMaxPoolKernels,
];
