import type { TensorInfo } from "@tensorflow/tfjs-core";
import { Kernel, type PoolAttrs, type Shape4, windowCount } from "../ops/kernels.ts";
import { simdKernel } from "./simdKernel.ts";

const forward = simdKernel<PoolAttrs>(Kernel.maxPool2d, ({ backend, simd, inputs, attrs, at }) => {
  const x = inputs.x!;
  const [batch, height, width, channel] = x.shape as Shape4;
  const { size, stride, padding } = attrs;
  const outShape = [batch, windowCount(height, attrs), windowCount(width, attrs), channel];
  const y = backend.makeOutput(outShape, "float32");
  simd.maxPool(at(x), batch, height, width, channel, size, stride, padding, at(y));
  return y;
});

const gradient = simdKernel<PoolAttrs>(
  Kernel.maxPool2dGradient,
  ({ backend, simd, inputs, attrs, at }) => {
    const { x, dy } = inputs as Record<"x" | "dy", TensorInfo>;
    const { size, stride, padding } = attrs;
    const dx = backend.makeOutput(x.shape, "float32");
    backend.typedArrayFromHeap(dx).fill(0);
    const shape = x.shape as Shape4;
    simd.maxPoolGradient(at(x), at(dy), ...shape, size, stride, padding, at(dx));
    return dx;
  },
);

export const simdMaxPoolKernels = [forward, gradient];
