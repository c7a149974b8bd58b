import { BATCH_NORM_EPSILON, type Layers } from "../layers.ts";
import { fromPyTorch, type ShapedValues } from "../pyTorchLayout.ts";
import type { HostTensors } from "../safetensors/hostTensor.ts";
import { type GraphDefBuilder, integers, type NodeAttribute, text } from "./graphDefBuilder.ts";

/** A value of the graph, [batch, height, width, channel] or [batch, channel]. */
export interface GraphDefValue {
  readonly name: string;
  readonly channels: number;
}

/**
 * The layers as nodes of a TensorFlow graph, channels last, in inference, in operations that tfjs runs.
 *
 * @param tensors every parameter that the network asks for, in PyTorch's layout
 */
export function graphModelLayers(
  graph: GraphDefBuilder,
  tensors: HostTensors,
): Layers<GraphDefValue, GraphDefValue> {
  function parameter(name: string): ShapedValues {
    return fromPyTorch(tensors.get(name) as ShapedValues);
  }

  function weight(name: string): string {
    const { shape, values } = parameter(name);
    return graph.constant(name, shape, values);
  }

  function axes(...values: number[]): string {
    return graph.constant(`axes_${values.join("_")}`, [values.length], Int32Array.from(values));
  }

  function axis(value: number): string {
    return graph.constant(`axis_${value}`, [], Int32Array.of(value));
  }

  /** A node of one input that leaves the channels as they are. */
  function same(
    operator: string,
    { name, channels }: GraphDefValue,
    others: readonly string[] = [],
    attributes: Readonly<Record<string, NodeAttribute>> = {},
  ): GraphDefValue {
    return { name: graph.node(operator, [name, ...others], attributes), channels };
  }

  function added(value: GraphDefValue, constant: string): GraphDefValue {
    return same("AddV2", value, [constant]);
  }

  function times(value: GraphDefValue, factor: number): GraphDefValue {
    return same("Mul", value, [graph.constant(`factor_${factor}`, [], Float32Array.of(factor))]);
  }

  function windows(size: number, stride: number) {
    return {
      ksize: integers([1, size, size, 1]),
      strides: integers([1, stride, stride, 1]),
      padding: text("VALID"),
      data_format: text("NHWC"),
    };
  }

  /** tfjs has no padding of pools in its graphs, so the border is put on by hand. */
  function bordered(maps: GraphDefValue, padding: number): GraphDefValue {
    if (padding === 0) return maps;
    const margins = Int32Array.of(0, 0, padding, padding, padding, padding, 0, 0);
    const widths = graph.constant(`padding_${padding}`, [4, 2], margins);
    const below = graph.constant("lowest", [], Float32Array.of(Number.NEGATIVE_INFINITY));
    return same("PadV2", maps, [widths, below]);
  }

  return {
    channels: ({ channels }) => channels,

    conv(name, maps, { out, stride = 1, padding = 0, groups = 1, bias = false }) {
      const attributes = {
        strides: integers([1, stride, stride, 1]),
        padding: text("EXPLICIT"),
        explicit_paddings: integers([0, 0, padding, padding, padding, padding, 0, 0]),
        data_format: text("NHWC"),
        dilations: integers([1, 1, 1, 1]),
      };
      const convolved = (images: string, filter: string): string =>
        graph.node("Conv2D", [images, filter], attributes);
      const output =
        groups === 1
          ? convolved(maps.name, weight(`${name}.weight`))
          : grouped(name, maps, groups, convolved);
      const value = { name: output, channels: out };
      return bias ? added(value, weight(`${name}.bias`)) : value;
    },

    batchNorm(name, maps) {
      const parts = ["weight", "bias", "running_mean", "running_var"];
      const inputs = parts.map((part) => weight(`${name}.${part}`));
      return same("FusedBatchNormV3", maps, inputs, {
        epsilon: { f: BATCH_NORM_EPSILON },
        is_training: { b: false },
        data_format: text("NHWC"),
      });
    },

    linear(name, input, { out, bias = true }) {
      const product = same("MatMul", input, [weight(`${name}.weight`)]);
      const output = { ...product, channels: out };
      return bias ? added(output, weight(`${name}.bias`)) : output;
    },

    relu: (maps) => same("Relu", maps),
    sigmoidGelu: (maps) => same("Mul", maps, [same("Sigmoid", times(maps, 1.702)).name]),
    dropoutHalf: (_, maps) => maps,
    add: (a, b) => added(a, b.name),
    concat: (a, b) => ({
      ...same("ConcatV2", a, [b.name, axis(3)], { N: { i: "2" } }),
      channels: a.channels + b.channels,
    }),
    maxPool: (maps, { size, stride = size, padding = 0 }) =>
      same("MaxPool", bordered(maps, padding), [], windows(size, stride)),
    avgPool: (maps, { size }) => same("AvgPool", maps, [], windows(size, size)),
    globalAvgPool: (maps) => same("Mean", maps, [axes(1, 2)]),
    globalMaxPool: (maps) => same("Max", maps, [axes(1, 2)]),
    scale: (input, factor) => times(input, factor),
  };

  /** tfjs convolves no groups: each gets a convolution of its own. */
  function grouped(
    name: string,
    maps: GraphDefValue,
    groups: number,
    convolved: (images: string, filter: string) => string,
  ): string {
    const { shape, values } = parameter(`${name}.weight`);
    const split = graph.node("Split", [axis(3), maps.name], { num_split: { i: `${groups}` } });
    const parts = Array.from({ length: groups }, (_, group) => {
      const part = filterOfGroup({ shape, values }, group, groups);
      const filter = graph.constant(`${name}.weight.${group}`, part.shape, part.values);
      return convolved(group === 0 ? split : `${split}:${group}`, filter);
    });
    return graph.node("ConcatV2", [...parts, axis(3)], { N: { i: `${groups}` } });
  }
}

/** The filters that make the output channels of one group, [height, width, in / groups, out / groups]. */
function filterOfGroup(
  { shape, values }: ShapedValues,
  group: number,
  groups: number,
): ShapedValues {
  const out = shape[3] as number;
  const own = out / groups;
  const rows = values.length / out;
  const part = new Float32Array(rows * own);
  for (let row = 0; row < rows; row++) {
    const start = row * out + group * own;
    part.set(values.subarray(start, start + own), row * own);
  }
  return { shape: [...shape.slice(0, 3), own], values: part };
}
