import type { Normalization } from "../asPredict.ts";
import { assertExport, type ExportOptions } from "../assertExport.ts";
import type { Model } from "../model.ts";
import type { HostTensors } from "../safetensors/hostTensor.ts";
import { GraphBuilder } from "./graphBuilder.ts";
import { onnxLayers } from "./onnxLayers.ts";
import { FLOAT_TENSOR, ModelProto } from "./onnxSchema.ts";

/** Version of the operator set that graphs are written in, and of the file format that goes with it. */
export const ONNX_OPSET = 17;
const IR_VERSION = 8;

/**
 * Writes a network in inference as the bytes of an ONNX file.
 *
 *     logits [batch, classes] = graph(images [batch, 3, height, width]),   float32
 *
 * @param model   the network, at whatever width
 * @param tensors its state dict, as `toStateDict` or `matchStateDict(...).tensors` give it
 * @param options see ExportOptions
 *
 * Convention: images are channels first, as ONNX has it, RGB; with `normalization` in [0, 1], without it
 * already normalised. Batch, height and width are free. Operator set 17 of the default domain. Batch
 * norms stay nodes of their own, weights keep their PyTorch names; half precision is widened.
 *
 * @throws {ValueError | ShapeError} if tensors, normalisation or class names do not fit the model
 */
export function writeOnnx(
  model: Model,
  tensors: HostTensors,
  options: ExportOptions = {},
): Uint8Array {
  assertExport("writeOnnx", model, tensors, options);

  const graph = new GraphBuilder();
  const images = { name: normalized(graph, "images", options.normalization), channels: 3 };
  const { name } = model.build(onnxLayers(graph, tensors), images);
  graph.nodes.push({ name: "logits", op_type: "Identity", input: [name], output: ["logits"] });
  const file = {
    ir_version: IR_VERSION,
    producer_name: "apr-kit",
    opset_import: [{ domain: "", version: ONNX_OPSET }],
    metadata_props: metadata(model, options),
    graph: {
      name: model.name,
      node: graph.nodes,
      initializer: [...graph.initializers.values()],
      input: [value("images", ["batch", 3, "height", "width"])],
      output: [value("logits", ["batch", model.config.numClasses])],
    },
  };
  return ModelProto.encode(ModelProto.fromObject(file)).finish();
}

/** (images - mean) / std, per channel. */
function normalized(graph: GraphBuilder, images: string, normalization?: Normalization): string {
  if (normalization === undefined) return images;
  const perChannel = (name: string, values: readonly number[]): string =>
    graph.constant(name, [1, 3, 1, 1], Float32Array.from(values));
  const centred = graph.node("Sub", [images, perChannel("normalization.mean", normalization.mean)]);
  return graph.node("Div", [centred, perChannel("normalization.std", normalization.std)]);
}

function value(name: string, dims: readonly (number | string)[]): object {
  const dim = dims.map((side) =>
    typeof side === "number" ? { dim_value: side } : { dim_param: side },
  );
  return { name, type: { tensor_type: { elem_type: FLOAT_TENSOR, shape: { dim } } } };
}

function metadata(
  model: Model,
  { normalization, classNames }: ExportOptions,
): { readonly key: string; readonly value: string }[] {
  const entries = [
    { key: "apr-kit.architecture", value: model.name },
    { key: "apr-kit.config", value: JSON.stringify(model.config) },
  ];
  for (const [key, part] of Object.entries({ normalization, classNames })) {
    if (part !== undefined) entries.push({ key: `apr-kit.${key}`, value: JSON.stringify(part) });
  }
  return entries;
}
