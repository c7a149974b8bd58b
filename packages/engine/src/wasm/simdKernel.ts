import type { KernelFunc, TensorInfo } from "@tensorflow/tfjs-core";
import { hostKernels } from "../ops/host/hostKernels.ts";
import type { HostKernel } from "../ops/host/memory.ts";
import { pointerIn, type SimdModule, simdModule, type WasmBackend } from "./simdModule.ts";

/** What a kernel of ours computes with. */
export interface SimdCall<TAttrs> {
  readonly backend: WasmBackend;
  readonly simd: SimdModule;
  readonly inputs: Readonly<Record<string, TensorInfo>>;
  readonly attrs: TAttrs;
  readonly at: (info: TensorInfo) => number;
}

/**
 * Makes the wasm form of one of the host kernels: `run` where there is SIMD and the channels come in fours, the host
 * kernel's plain loops elsewhere.
 */
export function simdKernel<TAttrs>(
  kernelName: string,
  run: (call: SimdCall<TAttrs>) => TensorInfo | TensorInfo[],
): HostKernel {
  const host = hostKernels.find((kernel) => kernel.kernelName === kernelName)!;
  const kernelFunc: KernelFunc = (args) => {
    const backend = args.backend as WasmBackend;
    const simd = simdModule(backend);
    const inputs = args.inputs as Record<string, TensorInfo>;
    const channel = (inputs.x ?? inputs.dy)!.shape.at(-1) ?? 0;
    if (simd === undefined || channel % 4 !== 0 || channel === 0) return host.kernelFunc(args);
    const attrs = args.attrs as unknown as TAttrs;
    return run({ backend, simd, inputs, attrs, at: pointerIn(backend) });
  };
  return { kernelName, kernelFunc };
}
