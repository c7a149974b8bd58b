import type { Predict } from "@apr-kit/contracts";
import type { ImageSplit } from "@apr-kit/datasets";
import { errorRate, negativeLogLikelihood } from "@apr-kit/metrics";
import { collectLogits } from "../evaluation/collectLogits.ts";

/** How a network does on images that were held out of its training set. */
export interface ValidationFigures {
  /** Mean cross-entropy in nats, without label smoothing. */
  readonly loss: number;
  readonly errorRate: number;
}

/** Measures both figures in inference mode; nothing is augmented. */
export async function measureValidation(
  predict: Predict,
  { images, labels }: ImageSplit,
  options: { readonly batchSize: number; readonly classes: number },
): Promise<ValidationFigures> {
  const logits = await collectLogits(predict, images, { ...options, onImages: () => {} });
  return {
    loss: negativeLogLikelihood(logits, labels, options).value,
    errorRate: errorRate(logits, labels, options).value,
  };
}
