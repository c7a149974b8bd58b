import { ShapeError } from "@apr-kit/contracts";
import { type Fans, type Initialisation, ONES, pyTorchDefault, ZEROS } from "./initialisation.ts";
import type { Layers, MaxPoolOptions, Network } from "./layers.ts";
import type { ParameterSpec } from "./model.ts";

/** One layer as `describe` lists it; costs are of one image. */
export interface LayerDescription {
  /** PyTorch module name; "" for layers without parameters. */
  readonly name: string;
  readonly kind: string;
  /** [height, width, channel] or [channel]. */
  readonly outputShape: readonly number[];
  /** Trained numbers; running statistics are not counted. */
  readonly parameters: number;
  /** Multiply-accumulate operations of convolutions and linear layers. */
  readonly macs: number;
}

/** What a network is, found without running it. */
export interface Trace {
  readonly parameters: readonly ParameterSpec[];
  readonly layers: readonly LayerDescription[];
}

type Maps = readonly [height: number, width: number, channel: number];
type Vectors = readonly [channel: number];

/** Runs `network` on shapes: lists its parameters in the order of use, and its layers. */
export function traceNetwork(
  network: Network,
  initialisation: Initialisation,
  inputShape: Maps,
): Trace {
  const parameters: ParameterSpec[] = [];
  const described: LayerDescription[] = [];

  function declare(
    name: string,
    kind: ParameterSpec["kind"],
    shape: readonly number[],
    initialiser: ParameterSpec["initialiser"],
  ): number {
    const trainable = kind !== "runningMean" && kind !== "runningVariance";
    parameters.push({ name, shape, kind, trainable, initialiser });
    return trainable ? shape.reduce((product, side) => product * side, 1) : 0;
  }

  function describe<TShape extends Maps | Vectors>(
    kind: string,
    outputShape: TShape,
    { name = "", parameters = 0, macs = 0 } = {},
  ): TShape {
    if (outputShape.some((side) => side < 1)) {
      throw new ShapeError("describe", {
        expected: "images large enough for the network",
        actual: `[${inputShape.join(", ")}], of which ${name || kind} leaves nothing`,
      });
    }
    described.push({ name, kind, outputShape, parameters, macs });
    return outputShape;
  }

  const layers: Layers<Maps, Vectors> = {
    channels: ([, , channel]) => channel,

    conv(name, [height, width, channel], options) {
      const { out, size, stride = 1, padding = 0, groups = 1, bias = false } = options;
      const fans: Fans = { fanIn: (size * size * channel) / groups, fanOut: size * size * out };
      const shape = [size, size, channel / groups, out];
      let count = declare(`${name}.weight`, "weight", shape, initialisation.convWeight(fans));
      if (bias) count += declare(`${name}.bias`, "bias", [out], pyTorchDefault(fans));
      const window = { size, stride, padding };
      const output = [windows(height, window), windows(width, window), out] as const;
      const macs = output[0] * output[1] * out * fans.fanIn;
      return describe("conv", output, { name, parameters: count, macs });
    },

    batchNorm(name, maps) {
      const shape = [maps[2]];
      const count =
        declare(`${name}.weight`, "bnScale", shape, ONES) +
        declare(`${name}.bias`, "bnOffset", shape, ZEROS);
      declare(`${name}.running_mean`, "runningMean", shape, ZEROS);
      declare(`${name}.running_var`, "runningVariance", shape, ONES);
      return describe("batchNorm", maps, { name, parameters: count });
    },

    linear(name, [channel], { out, bias = true }) {
      const fans: Fans = { fanIn: channel, fanOut: out };
      const weight = initialisation.linearWeight(fans);
      let count = declare(`${name}.weight`, "weight", [channel, out], weight);
      if (bias) count += declare(`${name}.bias`, "bias", [out], initialisation.linearBias(fans));
      return describe("linear", [out], { name, parameters: count, macs: channel * out });
    },

    relu: (maps) => describe("relu", maps),
    sigmoidGelu: (maps) => describe("sigmoidGelu", maps),
    dropoutHalf: (name, maps) => describe("dropoutHalf", maps, { name }),
    add: (a) => describe("add", a),
    concat: ([height, width, a], [, , b]) => describe("concat", [height, width, a + b]),
    maxPool: (maps, options) => describe("maxPool", pooled(maps, options)),
    avgPool: (maps, options) => describe("avgPool", pooled(maps, options)),
    globalAvgPool: ([, , channel]) => describe("globalAvgPool", [channel]),
    globalMaxPool: ([, , channel]) => describe("globalMaxPool", [channel]),
    scale: (vectors) => describe("scale", vectors),
  };

  network(layers, inputShape);
  return { parameters, layers: described };
}

function pooled([height, width, channel]: Maps, options: MaxPoolOptions): Maps {
  const { size, stride = size, padding = 0 } = options;
  const window = { size, stride, padding };
  return [windows(height, window), windows(width, window), channel];
}

/** How many whole windows fit along an axis. */
function windows(length: number, { size, stride, padding }: Required<MaxPoolOptions>): number {
  return Math.floor((length + 2 * padding - size) / stride) + 1;
}
