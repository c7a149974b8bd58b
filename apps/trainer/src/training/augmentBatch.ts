import type { BatchKey } from "@apr-kit/apr-augment";
import type { PixelBatch } from "@apr-kit/contracts";
import type { AugmentationConfig } from "../config/schema.ts";
import { apr } from "./augmentations/apr.ts";
import type { Augmentation, AugmentedBatch } from "./augmentations/augmentation.ts";
import { augmix } from "./augmentations/augmix.ts";
import { standard } from "./augmentations/standard.ts";

/** The methods that a configuration can name: a new one is a line here and one in the schema. */
const augmentations: Readonly<Record<AugmentationConfig["method"], Augmentation>> = {
  standard,
  "apr-s": apr({ single: true, pair: false }),
  "apr-p": apr({ single: false, pair: true }),
  "apr-sp": apr({ single: true, pair: true }),
  augmix,
};

/** Turns stored bytes into what the network trains on; the caller disposes the images. */
export function augmentBatch(
  pixels: PixelBatch,
  key: BatchKey,
  config: AugmentationConfig,
): AugmentedBatch {
  return augmentations[config.method](pixels, key, config);
}
