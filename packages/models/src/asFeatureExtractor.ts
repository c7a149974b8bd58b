import { assertImages, type UnitImages } from "@apr-kit/contracts";
import type { Precision } from "@apr-kit/engine";
import * as tf from "@tensorflow/tfjs-core";
import { assertNormalization, type Normalization, normalizeImages } from "./asPredict.ts";
import type { Model, Parameters } from "./model.ts";

/**
 * Joins a network and its normalisation into a function from [0, 1] images to what the last layer sees.
 *
 * @param parameters stay the caller's, and may change between calls
 * @param options.precision of the feature maps, default "float32"
 * @returns inference; its result, [batch, features], float32, is the caller's to dispose
 *
 * @throws {ValueError} if mean or std is not three finite numbers, or std is not positive
 */
export function asFeatureExtractor(
  model: Model,
  parameters: Parameters,
  normalization: Normalization,
  { precision = "float32" }: { readonly precision?: Precision } = {},
): (images: UnitImages) => tf.Tensor2D {
  assertNormalization("asFeatureExtractor", normalization);
  return (images) => {
    assertImages("features", images);
    return tf.tidy(() => {
      const normalized = normalizeImages(images, normalization);
      const options = { mode: "inference", precision, features: true } as const;
      return model.apply(parameters, normalized, options).features as tf.Tensor2D;
    });
  };
}
