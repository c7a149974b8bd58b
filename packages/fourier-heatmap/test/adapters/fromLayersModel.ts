import type { Predict } from "@apr-kit/contracts";
import type { Tensor2D } from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";

/** A tf.LayersModel that takes [0, 1] images and gives logits, as a classifier. */
export function fromLayersModel(model: LayersModel): Predict {
  return (images) => model.predict(images, { batchSize: images.shape[0] }) as Tensor2D;
}
