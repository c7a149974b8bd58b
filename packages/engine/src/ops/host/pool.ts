/** @file Pooling on cpu and wasm: one walk over the windows serves both directions. */
import type { TensorInfo } from "@tensorflow/tfjs-core";
import { Kernel, type PoolAttrs, type Shape4, windowCount } from "../kernels.ts";
import { allocate, type HostBackend, type HostKernel, views } from "./memory.ts";

const maxPool: HostKernel = {
  kernelName: Kernel.maxPool2d,
  kernelFunc: (args) => {
    const [backend, x, attrs] = [args.backend as HostBackend, args.inputs.x!, poolAttrs(args)];
    const y = allocate(backend, pooledShape(x.shape as Shape4, attrs));
    const [xs, ys] = views(backend, x, y);
    walk(x.shape as Shape4, attrs, (to, window) => {
      ys[to] = xs[firstLargest(xs, window)]!;
    });
    return y;
  },
};

const maxPoolGradient: HostKernel = {
  kernelName: Kernel.maxPool2dGradient,
  kernelFunc: (args) => {
    const backend = args.backend as HostBackend;
    const { x, dy } = args.inputs as Record<"x" | "dy", TensorInfo>;
    const dx = allocate(backend, x.shape);
    const [xs, dys, dxs] = views(backend, x, dy, dx);
    dxs.fill(0);
    walk(x.shape as Shape4, poolAttrs(args), (from, window) => {
      dxs[firstLargest(xs, window)]! += dys[from]!;
    });
    return dx;
  },
};

const avgPool: HostKernel = {
  kernelName: Kernel.avgPool2d,
  kernelFunc: (args) => {
    const [backend, x, attrs] = [args.backend as HostBackend, args.inputs.x!, poolAttrs(args)];
    const y = allocate(backend, pooledShape(x.shape as Shape4, attrs));
    const [xs, ys] = views(backend, x, y);
    walk(x.shape as Shape4, attrs, (to, window) => {
      let sum = 0;
      for (let i = 0; i < window.length; i++) sum += xs[window[i]!]!;
      ys[to] = sum / attrs.size ** 2;
    });
    return y;
  },
};

const avgPoolGradient: HostKernel = {
  kernelName: Kernel.avgPool2dGradient,
  kernelFunc: (args) => {
    const { inputShape, size } = args.attrs as unknown as PoolAttrs & { inputShape: Shape4 };
    const backend = args.backend as HostBackend;
    const dx = allocate(backend, inputShape);
    const [dys, dxs] = views(backend, args.inputs.dy!, dx);
    dxs.fill(0);
    walk(inputShape, poolAttrs(args), (from, window) => {
      const share = dys[from]! / size ** 2;
      for (let i = 0; i < window.length; i++) dxs[window[i]!]! += share;
    });
    return dx;
  },
};

/** Calls `visit` for every output position, with the input positions under its window in row-major order. */
function walk(
  [batch, height, width, channel]: Shape4,
  { size, stride, padding }: PoolAttrs,
  visit: (output: number, window: Int32Array) => void,
): void {
  const window = new Int32Array(size * size);
  const outHeight = windowCount(height, { size, stride, padding });
  const outWidth = windowCount(width, { size, stride, padding });
  let output = 0;
  for (let b = 0; b < batch; b++) {
    for (let i = 0; i < outHeight; i++) {
      for (let j = 0; j < outWidth; j++) {
        let length = 0;
        for (let u = i * stride - padding; u < i * stride - padding + size; u++) {
          for (let v = j * stride - padding; v < j * stride - padding + size; v++) {
            const isInside = u >= 0 && u < height && v >= 0 && v < width;
            if (isInside) window[length++] = ((b * height + u) * width + v) * channel;
          }
        }
        const inside = window.subarray(0, length);
        for (let c = 0; c < channel; c++) {
          visit(output++, inside);
          for (let k = 0; k < length; k++) inside[k]!++;
        }
      }
    }
  }
}

function firstLargest(values: Float32Array, window: Int32Array): number {
  let best = window[0]!;
  for (let i = 1; i < window.length; i++) {
    if (values[window[i]!]! > values[best]!) best = window[i]!;
  }
  return best;
}

function pooledShape([batch, height, width, channel]: Shape4, attrs: PoolAttrs): Shape4 {
  return [batch, windowCount(height, attrs), windowCount(width, attrs), channel];
}

function poolAttrs({ attrs }: { attrs?: unknown }): PoolAttrs {
  return attrs as PoolAttrs;
}

export const poolKernels = [maxPool, maxPoolGradient, avgPool, avgPoolGradient];
