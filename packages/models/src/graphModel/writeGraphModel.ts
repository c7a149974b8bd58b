import type { Normalization } from "../asPredict.ts";
import { assertExport, type ExportOptions } from "../assertExport.ts";
import type { Model } from "../model.ts";
import type { HostTensors } from "../safetensors/hostTensor.ts";
import { GraphDefBuilder } from "./graphDefBuilder.ts";
import { graphModelLayers } from "./graphModelLayers.ts";

export interface WriteGraphModelOptions extends ExportOptions {
  /** Name of the file of weights beside model.json, default "weights.bin". */
  readonly weightsFile?: string;
}

/** A tfjs GraphModel: the two files that `tf.loadGraphModel` reads. */
export interface GraphModelFiles {
  /** The text of model.json. */
  readonly json: string;
  /** The bytes of the file of weights that model.json names. */
  readonly weights: Uint8Array;
}

/**
 * Writes a network in inference as a tfjs GraphModel, which runs in browsers without this library.
 *
 *     logits [batch, classes] = graph(images [batch, height, width, 3]),   float32
 *
 * @param model   the network, at whatever width
 * @param tensors its state dict, as `toStateDict` or `resolveStateDict(...).tensors` give it
 * @param options see WriteGraphModelOptions
 *
 * Convention: channels last, RGB; with `normalization` in [0, 1], without it already normalised. Batch,
 * height and width are free. Batch norms stay nodes of their own; a grouped convolution becomes one
 * convolution per group, since tfjs has no other.
 *
 * @throws {ValueError | ShapeError} if tensors, normalisation or class names do not fit the model
 */
export function writeGraphModel(
  model: Model,
  tensors: HostTensors,
  options: WriteGraphModelOptions = {},
): GraphModelFiles {
  const { normalization, classNames, weightsFile = "weights.bin" } = options;
  assertExport("writeGraphModel", model, tensors, options);

  const graph = new GraphDefBuilder();
  const placeholder = { dtype: { type: "DT_FLOAT" }, shape: { shape: shapeOf(IMAGES) } };
  graph.node("Placeholder", [], placeholder, "images");
  const images = { name: normalized(graph, "images", normalization), channels: 3 };
  const { name } = model.build(graphModelLayers(graph, tensors), images);
  graph.node("Identity", [name], {}, "logits");
  const file = {
    format: "graph-model",
    generatedBy: "apr-kit",
    signature: {
      inputs: { images: endpoint("images", IMAGES) },
      outputs: { logits: endpoint("logits", [-1, model.config.numClasses]) },
    },
    modelTopology: { node: graph.nodes, library: {}, versions: { producer: 1882 } },
    weightsManifest: [{ paths: [weightsFile], weights: graph.stored }],
    userDefinedMetadata: {
      "apr-kit": { architecture: model.name, config: model.config, normalization, classNames },
    },
  };
  return { json: JSON.stringify(file), weights: graph.weights() };
}

const IMAGES = [-1, -1, -1, 3];

/** (images - mean) / std, per channel. */
function normalized(graph: GraphDefBuilder, images: string, normalization?: Normalization): string {
  if (normalization === undefined) return images;
  const perChannel = (name: string, values: readonly number[]): string =>
    graph.constant(name, [3], Float32Array.from(values));
  const centred = graph.node("Sub", [images, perChannel("normalization.mean", normalization.mean)]);
  return graph.node("RealDiv", [centred, perChannel("normalization.std", normalization.std)]);
}

function shapeOf(sides: readonly number[]): object {
  return { dim: sides.map((side) => ({ size: `${side}` })) };
}

function endpoint(name: string, sides: readonly number[]): object {
  return { name: `${name}:0`, dtype: "DT_FLOAT", tensorShape: shapeOf(sides) };
}
