import { BATCH_NORM_EPSILON, type Layers } from "../layers.ts";
import type { HostTensor, HostTensors } from "../safetensors/hostTensor.ts";
import type { GraphBuilder } from "./graphBuilder.ts";

/** A value of the graph, [batch, channel, ...]. */
export interface GraphValue {
  readonly name: string;
  readonly channels: number;
}

/**
 * The layers as nodes of an ONNX graph, channels first, in inference.
 *
 * @param tensors every parameter that the network asks for, in PyTorch's layout, which is ONNX's
 */
export function onnxLayers(
  graph: GraphBuilder,
  tensors: HostTensors,
): Layers<GraphValue, GraphValue> {
  function weight(name: string): string {
    const { shape, values } = tensors.get(name) as HostTensor;
    return graph.constant(name, shape, values as Float32Array);
  }

  function weights(layer: string, hasBias: boolean): string[] {
    return hasBias
      ? [weight(`${layer}.weight`), weight(`${layer}.bias`)]
      : [weight(`${layer}.weight`)];
  }

  /** A node of one input that leaves the channels as they are. */
  function same(operator: string, { name, channels }: GraphValue, attributes = {}): GraphValue {
    return { name: graph.node(operator, [name], attributes), channels };
  }

  function vectors(operator: string, maps: GraphValue): GraphValue {
    return same("Flatten", same(operator, maps), { axis: 1 });
  }

  function times(value: GraphValue, factor: number): GraphValue {
    const constant = graph.constant(`constant.${factor}`, [], Float32Array.of(factor));
    return { ...value, name: graph.node("Mul", [value.name, constant]) };
  }

  return {
    channels: ({ channels }) => channels,

    conv(name, maps, { out, size, stride = 1, padding = 0, groups = 1, bias = false }) {
      const attributes = {
        kernel_shape: [size, size],
        strides: [stride, stride],
        pads: [padding, padding, padding, padding],
        group: groups,
      };
      const inputs = [maps.name, ...weights(name, bias)];
      return { name: graph.node("Conv", inputs, attributes), channels: out };
    },

    batchNorm(name, maps) {
      const statistics = [weight(`${name}.running_mean`), weight(`${name}.running_var`)];
      const inputs = [maps.name, ...weights(name, true), ...statistics];
      const output = graph.node("BatchNormalization", inputs, {
        epsilon: { float: BATCH_NORM_EPSILON },
      });
      return { ...maps, name: output };
    },

    linear(name, input, { out, bias = true }) {
      const inputs = [input.name, ...weights(name, bias)];
      return { name: graph.node("Gemm", inputs, { transB: 1 }), channels: out };
    },

    relu: (maps) => same("Relu", maps),
    sigmoidGelu(maps) {
      const gate = same("Sigmoid", times(maps, 1.702));
      return { ...maps, name: graph.node("Mul", [maps.name, gate.name]) };
    },
    dropoutHalf: (_, maps) => maps,
    add: (a, b) => ({ ...a, name: graph.node("Add", [a.name, b.name]) }),
    concat: (a, b) => ({
      name: graph.node("Concat", [a.name, b.name], { axis: 1 }),
      channels: a.channels + b.channels,
    }),
    maxPool: (maps, { size, stride = size, padding = 0 }) =>
      same("MaxPool", maps, {
        kernel_shape: [size, size],
        strides: [stride, stride],
        pads: [padding, padding, padding, padding],
      }),
    avgPool: (maps, { size }) =>
      same("AveragePool", maps, { kernel_shape: [size, size], strides: [size, size] }),
    globalAvgPool: (maps) => vectors("GlobalAveragePool", maps),
    globalMaxPool: (maps) => vectors("GlobalMaxPool", maps),
    scale: (input, factor) => times(input, factor),
  };
}
