/** @file Convolution on cpu and wasm: the stock kernels, which take symmetric padding, group by group. */
import * as tf from "@tensorflow/tfjs-core";
import { type ConvAttrs, Kernel, type Shape4 } from "../kernels.ts";
import type { HostKernel } from "./memory.ts";

interface Inputs {
  readonly x: tf.Tensor4D;
  readonly filter: tf.Tensor4D;
  readonly dy: tf.Tensor4D;
}

const conv2d: HostKernel = {
  kernelName: Kernel.conv2d,
  kernelFunc: ({ inputs, attrs }) => {
    const { x, filter } = inputs as unknown as Inputs;
    const { groups, ...walk } = attrs as unknown as ConvAttrs;
    return tf.tidy(() => {
      const filters = tf.split(filter, groups, 3);
      return joined(3, tf.split(x, groups, 3), (part, g) =>
        stock(tf.Conv2D, { x: part, filter: filters[g] as tf.Tensor }, { ...walk, dilations: 1 }),
      );
    });
  },
};

const inputGradient: HostKernel = {
  kernelName: Kernel.conv2dInputGradient,
  kernelFunc: ({ inputs, attrs }) => {
    const { dy, filter } = inputs as unknown as Inputs;
    const { groups, inputShape, ...walk } = attrs as unknown as ConvAttrs & { inputShape: Shape4 };
    const [batch, height, width, channel] = inputShape;
    const partShape = [batch, height, width, channel / groups];
    return tf.tidy(() => {
      const filters = tf.split(filter, groups, 3);
      return joined(3, tf.split(dy, groups, 3), (part, g) =>
        stock(
          tf.Conv2DBackpropInput,
          { dy: part, filter: filters[g] as tf.Tensor },
          { ...walk, inputShape: partShape },
        ),
      );
    });
  },
};

const filterGradient: HostKernel = {
  kernelName: Kernel.conv2dFilterGradient,
  kernelFunc: ({ inputs, attrs }) => {
    const { x, dy } = inputs as unknown as Inputs;
    const { groups, filterShape, ...walk } = attrs as unknown as ConvAttrs & {
      filterShape: Shape4;
    };
    const [height, width, inGroup, outChannel] = filterShape;
    const partShape = [height, width, inGroup, outChannel / groups];
    return tf.tidy(() => {
      const gradients = tf.split(dy, groups, 3);
      return joined(3, tf.split(x, groups, 3), (part, g) =>
        stock(
          tf.Conv2DBackpropFilter,
          { x: part, dy: gradients[g] as tf.Tensor },
          { ...walk, filterShape: partShape },
        ),
      );
    });
  },
};

/** Runs a stock convolution kernel; `padding` as a number means that many zeros on each side. */
function stock(
  kernel: string,
  inputs: tf.NamedTensorMap,
  { stride, padding, ...rest }: { stride: number; padding: number } & Record<string, unknown>,
): tf.Tensor4D {
  const attrs = { strides: [stride, stride], pad: padding, dataFormat: "NHWC", ...rest };
  return tf.engine().runKernel(kernel, inputs, attrs as unknown as tf.NamedAttrMap) as tf.Tensor4D;
}

function joined(
  axis: number,
  parts: tf.Tensor4D[],
  compute: (part: tf.Tensor4D, index: number) => tf.Tensor4D,
): tf.Tensor4D {
  return tf.concat(parts.map(compute), axis);
}

export const convolutionKernels = [conv2d, inputGradient, filterGradient];
