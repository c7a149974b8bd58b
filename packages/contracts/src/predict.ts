import type { Tensor2D } from "@tensorflow/tfjs-core";
import type { UnitImages } from "./images.ts";

/**
 * Any classifier, seen from outside.
 *
 * @param images UnitImages, [batch, height, width, channel]; not disposed by the callee
 * @returns logits (unnormalised log-probabilities), [batch, classes], float32; the caller disposes them
 */
export type Predict = (images: UnitImages) => Tensor2D;
