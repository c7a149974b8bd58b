import { type GraphModel, loadGraphModel } from "@tensorflow/tfjs-converter";
import { io } from "@tensorflow/tfjs-core";

/** A GraphModel in memory: logits = reshape(images, [-1, features]) · weights. */
export function linearGraph(
  sides: readonly number[],
  weights: Float32Array,
  classes: number,
): Promise<GraphModel> {
  const features = weights.length / classes;
  const float = { type: "DT_FLOAT" };
  const constant = (name: string, dtype: string) => ({
    name,
    op: "Const",
    attr: { dtype: { type: dtype }, value: { tensor: { dtype, tensorShape: { dim: [] } } } },
  });
  const images = { shape: { dim: [-1, ...sides].map((size) => ({ size: `${size}` })) } };
  const modelTopology = {
    node: [
      { name: "images", op: "Placeholder", attr: { dtype: float, shape: images } },
      constant("shape", "DT_INT32"),
      constant("weights", "DT_FLOAT"),
      { name: "flat", op: "Reshape", input: ["images", "shape"], attr: { T: float } },
      { name: "logits", op: "MatMul", input: ["flat", "weights"], attr: { T: float } },
    ],
    library: {},
    versions: { producer: 1 },
  };
  const shape = new Uint8Array(Int32Array.of(-1, features).buffer);
  const values = new Uint8Array(weights.buffer, weights.byteOffset, weights.byteLength);
  return loadGraphModel(
    io.fromMemory({
      format: "graph-model",
      modelTopology,
      weightSpecs: [
        { name: "shape", shape: [2], dtype: "int32" },
        { name: "weights", shape: [features, classes], dtype: "float32" },
      ],
      weightData: new Uint8Array([...shape, ...values]).buffer,
    }),
  );
}
