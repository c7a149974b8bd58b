import { type TensorInfo, util } from "@tensorflow/tfjs-core";
import { Kernel } from "../ops/kernels.ts";
import { simdKernel } from "./simdKernel.ts";

/** ReLU's gradient on wasm: a mask instead of a branch or a product. */
export const simdReluGradient = simdKernel(Kernel.reluGradient, ({ backend, simd, inputs, at }) => {
  const { dy, y } = inputs as Record<"dy" | "y", TensorInfo>;
  const dx = backend.makeOutput(dy.shape, "float32");
  simd.reluGradient(at(dy), at(y), 4 * util.sizeFromShape(dy.shape), at(dx));
  return dx;
});
