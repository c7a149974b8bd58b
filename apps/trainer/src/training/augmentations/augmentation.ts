import type { BatchKey } from "@apr-kit/apr-augment";
import type { PixelBatch, UnitImages } from "@apr-kit/contracts";
import type { AugmentationConfig } from "../../config/schema.ts";

/** Images for one forward pass: one or more views of a batch, one after the other. */
export interface AugmentedBatch {
  /** [views · batch, height, width, channel]; the labels belong to each view. */
  readonly images: UnitImages;
  readonly views: number;
  /**
   * 0: cross entropy of all views. Above: cross entropy of the first view, plus so many times the Jensen-Shannon
   * divergence among the predictions for all.
   */
  readonly consistency: number;
}

/** A method of augmentation; every draw is keyed by `key`. Returned tensors belong to the caller. */
export type Augmentation = (
  pixels: PixelBatch,
  key: BatchKey,
  config: AugmentationConfig,
) => AugmentedBatch;
