import type { Predict } from "@apr-kit/contracts";
import type { GraphModel } from "@tensorflow/tfjs-converter";
import type { Tensor2D } from "@tensorflow/tfjs-core";

/** A tf.GraphModel (a converted SavedModel) that takes [0, 1] images and gives logits, as a classifier. */
export function fromGraphModel(model: GraphModel): Predict {
  return (images) => model.predict(images) as Tensor2D;
}
