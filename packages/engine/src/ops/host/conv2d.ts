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
      const filters = cut(filter, groups);
      return joined(cut(x, groups), (part, g) =>
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
      const filters = cut(filter, groups);
      return joined(cut(dy, groups), (part, g) =>
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
      const gradients = cut(dy, groups);
      return joined(cut(x, groups), (part, g) =>
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

/** The channels in `groups` parts; the tensor itself, uncopied, where there is one. */
function cut(x: tf.Tensor4D, groups: number): tf.Tensor4D[] {
  return groups === 1 ? [x] : tf.split(x, groups, 3);
}

function joined(
  parts: tf.Tensor4D[],
  compute: (part: tf.Tensor4D, index: number) => tf.Tensor4D,
): tf.Tensor4D {
  const outputs = parts.map(compute);
  return outputs.length === 1 ? (outputs[0] as tf.Tensor4D) : tf.concat(outputs, 3);
}

export const convolutionKernels = [conv2d, inputGradient, filterGradient];
