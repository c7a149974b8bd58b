import {
  assertImages,
  type NormalizedImages,
  ShapeError,
  show,
  ValueError,
} from "@apr-kit/contracts";
import { castPrecision } from "@apr-kit/engine";
import * as tf from "@tensorflow/tfjs-core";
import { registry } from "./architectures/registry.ts";
import { assertParameters } from "./assertParameters.ts";
import { existing } from "./featureMaps.ts";
import type { ApplyOptions, Model, ModelConfig, ModelOutput, Parameters } from "./model.ts";
import { tensorLayers } from "./tensorLayers.ts";
import { traceNetwork } from "./traceNetwork.ts";

const IMAGE_CHANNELS = 3;
const DEFAULTS: ModelConfig = { numClasses: 10, width: 1 };

/**
 * Looks up an architecture and makes a model of it.
 *
 *     const { logits, statistics } = model.apply(parameters, images, { mode: "train" })
 *
 * @param name               one of `modelNames`, exactly
 * @param options.numClasses default 10
 * @param options.width      factor of every number of channels, default 1
 * @returns a value without tensors; `initialParameters` or `fromStateDict` makes its parameters
 *
 * Convention: images are [batch, height, width, channel] with 3 channels; padding, batch-norm epsilon
 * (1e-5) and statistics are PyTorch's. In training each batch norm uses the batch, and `apply` returns
 * what `updateRunningStatistics` needs.
 * Randomness: none, except dropout (allconv), which is keyed by `options.dropout` of `apply`.
 * Gradient: flows to trainable parameters and images; none through statistics.
 *
 * @throws {ValueError} if the name is unknown, or an option outside its range
 *
 * @example
 * createModel("resnet18", { numClasses: 100 }).parameters.length; // 122
 */
export function createModel(name: string, options: Partial<ModelConfig> = {}): Model {
  const config = { ...DEFAULTS, ...options };
  const build = Object.hasOwn(registry, name) ? registry[name as keyof typeof registry] : undefined;
  if (build === undefined) {
    throw new ValueError("createModel", {
      expected: `name to be one of ${Object.keys(registry).join(", ")}`,
      actual: show(name),
    });
  }
  assertConfig(config);
  const { network, initialisation } = build(config);
  const { parameters: specs } = traceNetwork(network, initialisation, [32, 32, IMAGE_CHANNELS]);

  function apply(
    parameters: Parameters,
    images: NormalizedImages,
    applyOptions: ApplyOptions,
  ): ModelOutput {
    assertChannels(images);
    assertParameters("apply", specs, parameters);
    const statistics: Record<string, tf.Tensor1D> = {};
    try {
      const layers = tensorLayers(parameters, applyOptions, statistics);
      const { precision = "float32", features: isWanted = false } = applyOptions;
      const output = tf.tidy(() => {
        let features: tf.Tensor2D | undefined;
        const watched: typeof layers = {
          ...layers,
          linear(name, vectors, linearOptions) {
            features = vectors;
            return layers.linear(name, vectors, linearOptions);
          },
        };
        const logits = network(watched, existing(castPrecision(images as tf.Tensor4D, precision)));
        return { logits, ...(isWanted && features !== undefined ? { features } : {}) };
      });
      return { ...output, statistics };
    } catch (error) {
      tf.dispose(statistics); // kept, so the tidy has left them
      throw error;
    }
  }

  return {
    name,
    config,
    parameters: specs,
    layers: (inputShape) => traceNetwork(network, initialisation, inputShape).layers,
    apply,
    build: network,
  };
}

function assertConfig({ numClasses, width }: ModelConfig): void {
  if (!(Number.isInteger(numClasses) && numClasses >= 1)) {
    throw new ValueError("createModel", {
      expected: "numClasses to be an integer ≥ 1",
      actual: show(numClasses),
    });
  }
  if (!(width > 0 && width <= 64)) {
    throw new ValueError("createModel", {
      expected: "width to be a number in (0, 64]",
      actual: show(width),
    });
  }
}

function assertChannels(images: tf.Tensor): void {
  assertImages("apply", images);
  const [, second, , channel] = images.shape;
  if (channel === IMAGE_CHANNELS) return;
  const hint = second === IMAGE_CHANNELS ? ", which looks like channels first: transpose it" : "";
  throw new ShapeError("apply", {
    expected: `images of shape [batch, height, width, ${IMAGE_CHANNELS}]`,
    actual: `[${images.shape.join(", ")}]${hint}`,
  });
}
